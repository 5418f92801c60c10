import { expect, it } from 'vitest';
import { createUsers } from '#shared/moodle/functions/users.ts';
import { enrolment, student } from '#test/integration/records.ts';
import { AttendanceKit } from './attendance-kit.ts';

it('attendance of somebody unknown to the ERP is counted, and found within a day once the ERP has a student', async () => {
  await using kit = await AttendanceKit.start();
  const { client } = kit.push.site;
  const { first_name, last_name, email } = student(4) as Record<string, string>;
  const [late] = await createUsers(client, [
    {
      username: 'late',
      firstname: first_name!,
      lastname: last_name!,
      email: email!,
      password: 'Password-1!',
    },
  ]);
  const activity = kit.addActivity();
  const session = kit.addSession(activity);
  const present = kit.attendance.statusId(activity, 'P');
  kit.take(session, { 1: present });
  kit.attendance.take(session, [{ userid: late!.id, statusid: present }]);
  await kit.pull();
  expect(kit.marks()).toEqual({ [`${session}/1`]: 'present' });
  expect(kit.counts.PeopleUnknown).toBe(1);
  await kit.push.sync(student(4), enrolment(4, 4, 1, 1));
  expect(kit.push.mapping('oec_student_4')?.moodle_id).toBe(late!.id);
  await kit.push.advance(24 * 3_600_000);
  await kit.pull();
  expect(kit.marks()).toEqual({ [`${session}/1`]: 'present', [`${session}/4`]: 'present' });
});
