import * as z from 'zod';
import { emailHash } from '#shared/models/fields/email.ts';
import { profileOf } from '#shared/moodle/conventions/profile.ts';
import { ownerOf } from '#shared/moodle/instance/instance.ts';
import { fieldsToKeepUp } from '#shared/moodle/instance/ownership.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { LeftOut, RecordKey } from '#shared/moodle/push/entity.ts';
import type { PushItem, PushResult } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { conflict, type Failure } from '#shared/sync/failure.ts';
import { fieldHashes, payloadHash } from '#shared/sync/hash.ts';
import { type AccountFields, accountFields } from './account-fields.ts';
import { namesToKeepUp } from './account-names.ts';
import { isNeeding, type Presence, presenceOf } from './person-presence.ts';

const noteFields = z.object({
  /** Idnumbers of all records whose account it is, where there are several: the first that is in use owns its fields. */
  records: z.array(z.string()).optional(),
  /** Hash of the address by which a push took the account over: Moodle keeps it until somebody has looked. */
  taken_over_by: z.string().optional(),
});
const noteSchema = noteFields.catch({});

/** What a mapping notes of an account that is not the record's alone, or was not made for it. */
export type AccountNote = z.infer<typeof noteFields>;

export function accountNoteOf(mapping: Pick<Mapping, 'extra_data'> | undefined): AccountNote {
  const note = mapping?.extra_data?.account;
  return note === undefined ? {} : noteSchema.parse(note);
}

/** The extra data of a mapping with such a note. */
export function withAccountNote(
  mapping: Pick<Mapping, 'extra_data'> | undefined,
  note: AccountNote,
): Record<string, unknown> {
  return { ...mapping?.extra_data, account: { ...accountNoteOf(mapping), ...note } };
}

/** Whether a push has taken the account over by its address, and nobody has confirmed that it is the record's. */
export function isToBeConfirmed(mapping: Mapping | undefined): boolean {
  return accountNoteOf(mapping).taken_over_by !== undefined;
}

/** Idnumbers of the records whose account a record's is, its own among them. */
export async function recordsOfAccount(view: RecordView, idnumber: string): Promise<string[]> {
  const mapping = await view.mapping(idnumber);
  return accountNoteOf(mapping).records ?? [idnumber];
}

/**
 * What a push of a record writes to its account. All records of an account lead to the same: the fields of the one
 * that owns them, and suspended only if none needs it.
 */
export async function accountPayload(
  view: RecordView,
  idnumber: string,
  source: RecordKey,
  own: Presence,
): Promise<{ payload: Partial<AccountFields>; leftOut: LeftOut[] }> {
  const { instance } = view;
  const records = await recordsOfAccount(view, idnumber);
  const presences = await Promise.all(
    records.map(async (record) => ({
      record,
      presence: record === idnumber ? own : await presenceOf(view, record),
    })),
  );
  const suspended = !presences.some(({ presence }) => isNeeding(presence));
  const owner =
    presences.find(({ presence }) => isNeeding(presence)) ??
    presences.find(({ presence }) => presence.state === 'here');
  if (owner?.presence.state !== 'here')
    return { payload: fieldsToKeepUp(instance, 'user', { suspended }), leftOut: [] };
  const { taken_over_by: address } = accountNoteOf(await view.mapping(owner.record));
  const { email, username: _username, idnumber: number, ...fields } = accountFields(instance, owner.presence);
  const isForeign = address !== undefined;
  const { field_hashes: held } = (await view.mapping(idnumber)) ?? {};
  const payload = fieldsToKeepUp(instance, 'user', {
    ...fields,
    ...(!isForeign && { email }),
    suspended,
    // Whose it is stands in Moodle only where that may be somebody else, or nobody yet.
    ...((isForeign || records.length > 1) && { idnumber: number }),
    ...namesToKeepUp(instance, owner.presence, held),
  });
  const isOthers =
    isForeign && address !== emailHash(email) && ownerOf(instance, 'user.email') === 'erp' && !suspended;
  const lacks = suspended ? [] : profileOf(instance.profile, owner.presence.item).leftOut;
  const failure = isOthers ? addressKept(instance.id) : lacks.length > 0 ? profileLacks(lacks) : undefined;
  return { payload, leftOut: failure && owner.record === idnumber ? [{ source, failure }] : [] };
}

function profileLacks(sentences: readonly string[]): Failure {
  return {
    class: 'invalid',
    code: 'profile',
    reason: `The account is there without some of its profile: ${sentences.join(' ')}`,
    advice:
      'Correct the record in the ERP, or the template in the setting profile: `{student.gr_no?}` says that it may be missing.',
  };
}

function addressKept(instance: string) {
  return conflict(
    'addresskept',
    'A push has taken over an account that was in Moodle already, by its e-mail address, and the record has another address now.',
    `If the account is this person's, run \`oec-moodle adopt ${instance}\` and confirm it; until then Moodle keeps its address.`,
  );
}

/**
 * Notes with all records of an account what the push of one of them has done: that it is theirs too, or what it is in
 * Moodle now.
 */
export async function noteRecords(
  view: RecordView,
  items: readonly PushItem[],
  results: ReadonlyMap<string, PushResult>,
): Promise<void> {
  for (const { entity } of items) {
    const { idnumber, payload } = entity;
    const result = results.get(idnumber);
    if (result?.result === 'linked') {
      const { records } = accountNoteOf({ extra_data: result.extraData });
      // What the account should be is another thing now.
      for (const other of others(idnumber, records))
        await change(view, other, (row) => ({
          extra_data: withAccountNote(row, { records }),
          sync_hash: undefined,
        }));
    } else if (result?.result === 'updated') {
      const held = {
        sync_hash: payloadHash(payload),
        field_hashes: fieldHashes(payload),
        active: payload.suspended !== true,
      };
      for (const other of others(idnumber, await recordsOfAccount(view, idnumber)))
        await change(view, other, () => held);
    }
  }
}

function others(idnumber: string, records: string[] = []): string[] {
  return records.filter((record) => record !== idnumber);
}

/** Changes a mapping that others may be writing. One that is not there is left so. */
async function change(
  view: RecordView,
  idnumber: string,
  changed: (row: Mapping) => Partial<Mapping>,
): Promise<void> {
  for (;;) {
    const row = (await view.mappingsNow([idnumber])).get(idnumber);
    if (!row || (await view.save({ ...row, ...changed(row) }))) return;
  }
}
