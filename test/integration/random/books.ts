import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Kit } from '../kit.ts';
import type { SeenMoodle } from './seen-moodle.ts';
import type { Verdicts } from './verdicts.ts';

/** Nothing in Moodle is there twice, and no two mappings mean one thing in it. */
export function judgeDuplicates(seen: SeenMoodle, mappings: Mapping[], verdicts: Verdicts): void {
  twice(
    'category',
    seen.categories.flatMap(({ idnumber }) => idnumber || []),
  );
  twice(
    'course',
    seen.courses.map(({ idnumber }) => idnumber),
  );
  twice(
    'account',
    seen.users.flatMap(({ idnumber }) => idnumber || []),
  );
  twice(
    'address',
    seen.users.map(({ email }) => email.toLowerCase()),
  );
  for (const { idnumber, groups } of seen.courses)
    twice(
      `group in ${idnumber}`,
      groups.map((group) => group.idnumber),
    );
  for (const user of seen.users)
    if (!user.idnumber)
      verdicts.report(`An account without an idnumber (id ${user.id}) has a record's address`);
  const mapped = mappings.filter(({ moodle_id }) => moodle_id !== undefined);
  twice(
    'mapping of',
    mapped.map(({ service, moodle_id }) => `${kinds[service] ?? service} ${moodle_id}`),
  );
  const ids = new Map<string, number>([
    ...seen.categories.map(({ idnumber, id }): [string, number] => [idnumber ?? '', id]),
    ...seen.courses.map(({ idnumber, id }): [string, number] => [idnumber, id]),
    ...seen.courses.flatMap((course) =>
      course.groups.map(({ idnumber, id }): [string, number] => [`${idnumber}@${course.idnumber}`, id]),
    ),
    ...seen.users.map(({ idnumber, id }): [string, number] => [idnumber, id]),
  ]);
  for (const { idnumber, moodle_id } of mapped)
    if (ids.get(idnumber) !== moodle_id)
      verdicts.report(`The mapping of ${idnumber} leads to something else`);
  const known = new Set(mapped.map(({ idnumber }) => idnumber));
  // Of categories and groups nothing is ever taken away: one that is needed no more is nobody's concern.
  for (const { idnumber } of [...seen.courses, ...seen.users])
    if (idnumber && !known.has(idnumber)) verdicts.report(`${idnumber} is in Moodle without a mapping`);

  function twice(noun: string, keys: string[]): void {
    const met = new Set<string>();
    for (const key of keys) {
      if (met.has(key)) verdicts.report(`The ${noun} ${key} is there twice`);
      met.add(key);
    }
  }
}

/** Services whose entities share a table in Moodle. */
const kinds: Record<string, string> = {
  departments: 'category',
  programs: 'category',
  students: 'account',
  faculty: 'account',
};

/** What waits for a later tier, the next first. */
export function pendingRetries({ cloud }: Kit) {
  return cloud.pendingDelays().filter(({ label }) => /retr/i.test(label));
}

/** Every mapping says where it stands, and every message belongs to one that does. */
export async function judgeMessages(kit: Kit, mappings: Mapping[], verdicts: Verdicts): Promise<void> {
  const { cloud } = kit;
  for (const name of ['PushQueueUrl', 'StreamFailuresQueueUrl'] as const)
    for (const { state, body } of await cloud.queueMessages(cloud.resource(name)))
      verdicts.report(`A message is left in ${name}: ${state}, ${body.slice(0, 300)}`);
  const retries = pendingRetries(kit);
  const failed = mappings.filter(({ status }) => status === 'failed');
  if (failed.length === 0)
    for (const { label } of retries) verdicts.report(`${label} is pending, and no mapping has failed`);
  const now = cloud.clock.now();
  for (const { idnumber, next_attempt_at: next, failure } of failed) {
    const isPending = next !== undefined && Date.parse(next) > now && retries.length > 0;
    if (!isPending)
      verdicts.report(`${idnumber} is failed (${failure?.code}) and nothing will try it again (${next})`);
  }
  for (const { idnumber, status, failure, waiting } of mappings.map((row) => ({
    ...row,
    waiting: row.status === 'waiting' ? row.failure?.waits_for : undefined,
  }))) {
    if (status === 'synced' && failure) verdicts.report(`${idnumber} is synced and says ${failure.code}`);
    if (status !== 'synced' && status !== 'held' && !failure?.reason)
      verdicts.report(`${idnumber} is ${status} without a reason`);
    for (const other of waiting ?? []) {
      const cause = mappings.find((row) => row.idnumber === other);
      if (!cause || (cause.status === 'synced' && cause.moodle_id !== undefined))
        verdicts.report(`${idnumber} waits for ${other}, which is ${cause?.status ?? 'not there'}`);
    }
  }
  const lastWords = (await cloud.queueMessages(cloud.resource('PermanentlyFailedQueueUrl'))).map(
    ({ body, messageAttributes }) => ({
      body,
      key: ['instance', 'model', 'record_id', 'last_failed_at']
        .map((name) => messageAttributes[name]?.StringValue)
        .join(' '),
      isOurs: messageAttributes.status?.StringValue === 'permanently_failed',
    }),
  );
  for (const { isOurs, body } of lastWords)
    if (!isOurs) verdicts.report(`A unit was given up by SQS: ${body.slice(0, 300)}`);
  for (const row of mappings.filter(({ status }) => status === 'permanently_failed')) {
    const key = [row.instance, row.model, row.record_id, row.last_failed_at].join(' ');
    if (!lastWords.some((word) => word.key === key))
      verdicts.report(`${row.idnumber} is permanently failed and not in PermanentlyFailed`);
  }
}
