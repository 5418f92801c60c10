import type { Mapping } from '#shared/sync/ledger/mapping.ts';
import type { AttemptRow } from '#shared/sync/units/attempts.ts';
import type { Hopeless } from '#shared/sync/units/start-over.ts';

/** A failure as programs get it. */
export function failureData(mapping: Mapping) {
  const { instance, idnumber, service, model, record_id, moodle_id = null } = mapping;
  return { instance, idnumber, service, model, record_id, ...attemptData(mapping), moodle_id };
}

/** What has become of the attempts to bring something to Moodle or to the ERP, as programs get it. */
export function attemptData(row: AttemptRow & { last_synced_at?: string | undefined }) {
  const { status, attempts, failure } = row;
  return {
    status,
    attempts,
    class: failure?.class ?? null,
    code: failure?.code ?? null,
    field: failure?.field ?? null,
    reason: failure?.reason ?? null,
    advice: failure?.advice ?? null,
    waits_for: failure?.waits_for ?? [],
    first_failed_at: row.first_failed_at ?? null,
    last_failed_at: row.last_failed_at ?? null,
    next_attempt_at: row.next_attempt_at ?? null,
    last_synced_at: row.last_synced_at ?? null,
  };
}

/** Why it failed, in short: `refused: invalidparameter (email)`. */
export function why({ status, failure }: Mapping): string {
  if (!failure) return status === 'held' ? 'the brake is on' : '';
  const field = failure.field ? ` (${failure.field})` : '';
  return `${failure.class}: ${failure.code}${field}`;
}

/** What happens to it by itself, and what a person can do. */
export function nextStep(mapping: Mapping): string {
  const { instance, idnumber, status, failure, next_attempt_at: next } = mapping;
  switch (status) {
    case 'synced':
      return 'Nothing: Moodle holds what the ERP asked for last.';
    case 'failed':
      return `It is tried again by itself${next ? ` at ${next} (UTC)` : ''}; \`${retry(mapping)}\` does so at once.`;
    case 'permanently_failed':
      return `It is not tried again before the record changes in the ERP, or you say \`${retry(mapping)}\`.`;
    case 'invalid':
      return 'It is pushed as soon as the record is corrected in the ERP.';
    case 'conflict':
      return (
        'It is pushed when either side changes, and tried again once a day; settled in Moodle itself, ' +
        `\`${retry(mapping)}\` tries it at once.`
      );
    case 'waiting':
      return failure?.waits_for
        ? `It is pushed when what it waits for has arrived: \`oec-moodle failures show ${instance} ${failure.waits_for[0]}\`.`
        : 'It is pushed when what it needs is there.';
    case 'held':
      return `It waits for your word: \`oec-moodle brake release ${instance} ${mapping.service}\`, if it is meant.`;
    default:
      return `${idnumber} has a status that this release does not know.`;
  }
}

function retry({ instance, idnumber }: Mapping): string {
  return `oec-moodle failures retry ${instance} ${idnumber}`;
}

/** Why a failure is not tried again on an operator's word. */
export const hopelessText: Record<Hopeless, string> = {
  synced: 'nothing is wrong with it',
  held: 'the brake holds it: `oec-moodle brake release` lets it go',
  invalid: 'it cannot be pushed as it is: it is pushed as soon as the record is corrected in the ERP',
  part: 'it comes with the record that it is a part of, once it can be taken in',
};
