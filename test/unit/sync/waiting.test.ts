import { expect, it } from 'vitest';
import { partlyUnmet } from '#shared/moodle/failures.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import { PushLedger } from '#shared/moodle/push/push-ledger.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { conflict, type Failure, missingDependency } from '#shared/sync/failure.ts';

const group = 'oec_batch_3@oec_subj_1_course_1';
const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });

/** A push that found the group missing while, before it writes that down, `meanwhile` happens to the group. */
async function failWaiting(meanwhile: (rows: Map<string, Mapping>, mapping: Mapping) => void) {
  const mapping = newMapping('demo', group, 'batches', { model: 'op.batch', id: '3' });
  const rows = new Map([[group, mapping]]);
  const store = {
    getMany: async (_instance: string, idnumbers: string[]) =>
      new Map(idnumbers.flatMap((idnumber) => (rows.has(idnumber) ? [[idnumber, rows.get(idnumber)!]] : []))),
    save: async (row: Mapping) => Boolean(rows.set(row.idnumber, { ...row, revision: row.revision + 1 })),
    listByPrefix: async () => [],
    remove: async () => {},
  };
  const records = { getMany: async () => new Map() };
  const view = new RecordView(instance, records, { sources: async () => [] }, store as never, 0);
  const context = { instance, view, clock: { now: Date.now }, force: false } as unknown as PushContext;
  const push = new PushLedger(context, { service: 'enrolments', ids: ['5'] });
  // What this worker goes by was read before.
  await view.mappings([group]);
  meanwhile(rows, mapping);
  const failure = { ...missingDependency('It needs a group.'), code: 'waiting', waits_for: [group] };
  const source = { model: 'op.student', id: '5' } as const;
  await push.failed('oec_student_5@enrolments', 'enrolments', source, failure, 'hash');
  return { again: push.again, row: rows.get('oec_student_5@enrolments') };
}

it('what waits is pushed again at once if what it waits for arrived before that was written down', async () => {
  const { again, row } = await failWaiting((rows, mapping) => rows.set(group, { ...mapping, moodle_id: 7 }));
  expect(row?.status).toBe('waiting');
  expect(again).toEqual([{ service: 'enrolments', id: '5', delaySeconds: 0 }]);
});

it('what waits for something that is still missing is left to its arrival', async () => {
  const { again } = await failWaiting(() => {});
  expect(again).toEqual([]);
});

const waitingFor = (idnumber: string): Failure => ({
  ...missingDependency(`It needs ${idnumber}.`),
  code: 'waiting',
  waits_for: [idnumber],
});

it('what lacks several dependencies waits for each of them', () => {
  const [one, two] = [waitingFor('oec_subj_1_course_1'), waitingFor('oec_subj_2_course_1')];
  const missing = missingDependency('The ERP does not hold it.');
  expect(partlyUnmet([missing, one, two])?.waits_for).toEqual(['oec_subj_1_course_1', 'oec_subj_2_course_1']);
  expect(partlyUnmet([missing])).toBe(missing);
  expect(partlyUnmet([])).toBeUndefined();
});

it('an instance that is away is the failure of all that it keeps away', () => {
  const away: Failure = { ...conflict('http', 'It is away.', 'Wait.'), class: 'unreachable' };
  expect(partlyUnmet([waitingFor('oec_subj_1_course_1'), away])).toBe(away);
});
