import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#functions/compose.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { getAllCohorts, getCohortMembers } from '#shared/moodle/functions/cohorts.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { type Kit, startKit } from '#test/integration/kit.ts';
import { sweep } from '#test/integration/sweep/support.ts';
import { freshCategory, freshUniversity } from './fresh-part.ts';

const { MOODLE_URL: url = '', MOODLE_TOKEN: token = '' } = process.env;
const size = { programs: 1, subjects: 1, batches: 2, students: 6, teachers: 0 };
const minute = 60_000;

describe.skipIf(!url || !token)('cohorts in a live Moodle', () => {
  const client = new MoodleClient({ baseUrl: url || 'http://127.0.0.1', token });
  const records = freshUniversity(size);
  const idsOf = (model: string) => records.filter((each) => each.model === model).map(({ id }) => id);
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [], schedules: 'none' });
    systemClock.sleep = sleep;
  });
  afterAll(() => kit?.stop());

  /** The ID numbers of the students in a cohort. */
  const membersOf = async (idnumber: string) => {
    const cohort = (await getAllCohorts(client)).find((each) => each.idnumber === idnumber);
    const ids = (await getCohortMembers(client, [cohort!.id])).map(({ userid }) => userid);
    return (await getUsersByField(client, 'id', ids)).map((user) => user.idnumber).toSorted();
  };

  it(
    'have the students of their batch and program, who move on with it, and cost no call when nothing changes',
    async () => {
      const top = await freshCategory(client, `Cohorts ${new Date().toISOString()}`);
      await kit.system.register({
        ...{ id: 'live', base_url: url, token, cohorts: 'both' },
        new_accounts: { auth: 'manual', password: 'random' },
        category_ids: { departments: top, programs: top },
      });
      await kit.sync(...records);
      const [program] = idsOf('op.course');
      const [first, second] = idsOf('op.batch');
      const students = idsOf('op.student').map((id) => `oec_student_${id}`);
      expect(await membersOf(`oec_course_${program}`)).toEqual(students.toSorted());
      expect(await membersOf(`oec_batch_${first}`)).toHaveLength(3);

      const enrolments = records.filter(({ model }) => model === 'op.student.course');
      await kit.sync(...enrolments.map((each) => ({ ...each, batch_id: [Number(second), 'Next'] })));
      expect(await membersOf(`oec_batch_${first}`)).toEqual([]);
      expect(await membersOf(`oec_batch_${second}`)).toEqual(students.toSorted());

      const before = await kit.mappings('live');
      await sweep(kit, ['structure', 'students']);
      expect(await kit.mappings('live')).toEqual(before);
      expect(await kit.troubles('live')).toEqual({});
    },
    5 * minute,
  );
});
