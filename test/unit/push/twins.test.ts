import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkTwins } from '#cli/commands/doctor/site.ts';
import { compareWithMoodle } from '#local/run/verdict/compare-with-moodle.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { getCoursesByIdnumber } from '#shared/moodle/functions/courses.ts';
import { findTwins, twinsConflict } from '#shared/moodle/inventory/twins.ts';
import { batch, enrolment, program, student, subject } from '#test/integration/records.ts';
import { makeTwins } from './make-twins.ts';
import { PushKit } from './push-kit.ts';

const course = 'oec_subj_1_course_1';
const group = `oec_batch_1@${course}`;
let kit: PushKit;
beforeEach(async () => {
  kit = await PushKit.start();
  await kit.sync(
    program(1, { subject_ids: [1] }),
    subject(1),
    batch(1, 1),
    student(1),
    enrolment(1, 1, 1, 1),
  );
});
afterEach(() => kit[Symbol.asyncDispose]());

it('finds what stands there twice, with what each holds and the one in use first', async () => {
  expect(await findTwins(kit.site.client)).toEqual([]);
  const ids = { course: kit.mapping(course)!.moodle_id!, group: kit.mapping(group)!.moodle_id! };
  const twins = makeTwins(kit.moodle, course);
  const found = await findTwins(kit.site.client);
  expect(found.map(({ kind, idnumber }) => `${kind} ${idnumber}`)).toEqual([
    'category oec_course_1',
    `course ${course}`,
    `group ${group}`,
  ]);
  expect(found[1]!.twins).toEqual([
    { id: ids.course, holds: { people: 1, activities: 1 } },
    { id: twins.course, holds: { people: 0, activities: 0 } },
  ]);
  expect(found[2]!.twins.map(({ id, holds }) => [id, holds.people])).toEqual([
    [ids.group, 1],
    [twins.group, 0],
  ]);
  expect(twinsConflict(found[1]!, ids.course)).toMatchObject({
    class: 'conflict',
    reason: `Moodle has 2 courses with the ID number ${course}: ${ids.course} (1 people, 1 activities), ${twins.course} (0 people, 0 activities). ${ids.course} is the one in use.`,
  });
});

it('the doctor names both, and the one that the mapping leads to', async () => {
  const used = kit.mapping(course)!.moodle_id!;
  const said = () => checkTwins(kit.site.client, kit.mappings as never, 'demo');
  expect(await said()).toEqual([expect.objectContaining({ level: 'ok' })]);
  const twins = makeTwins(kit.moodle, course);
  expect((await said()).map(({ level, message }) => `${level} ${message}`)).toContain(
    `warning Moodle has 2 courses with the ID number ${course}: ${used} (1 people, 1 activities), ${twins.course} (0 people, 0 activities). ${used} is the one in use.`,
  );
});

it('the read-back of a run names both, though nothing is missing', async () => {
  const { course: twin } = makeTwins(kit.moodle, course);
  const records = [program(1, { subject_ids: [1] }), subject(1)] as RecordItem[];
  const { missing, twins } = await compareWithMoodle(kit.site.client, records, [
    ...kit.mappings.rows.values(),
  ]);
  expect(missing).toEqual([]);
  expect(twins.find(({ kind }) => kind === 'course')?.twins.map(({ id }) => id)).toContain(twin);
});

it('of twins the one in use becomes the counterpart when the mappings are lost', async () => {
  const used = kit.mapping(course)!.moodle_id!;
  const usedGroup = kit.mapping(group)!.moodle_id!;
  makeTwins(kit.moodle, course);
  kit.mappings.rows.clear();
  kit.queue({ instance: 'demo', service: 'enrolments', ids: ['1'] });
  await kit.settle();
  expect((await getCoursesByIdnumber(kit.site.client, course)).length).toBe(2);
  expect(kit.mapping(course)?.moodle_id).toBe(used);
  expect(kit.mapping(group)?.moodle_id).toBe(usedGroup);
  expect(kit.troubles()).toEqual({});
});
