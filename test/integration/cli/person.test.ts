import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { odooDateTime } from '#shared/models/fields/odoo-time.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { enrolment, type Kit, startKit, student } from '../kit.ts';
import { courseId, hour, monday, pull, stored, studying, userId } from '../pull/support.ts';
import { runCli } from './run-cli.ts';

/** Everything in the tables that names a student, as text. */
async function traces(kit: Kit, pattern: RegExp): Promise<string[]> {
  const tables = ['RecordsTableName', 'LinksTableName', 'MappingsTableName'];
  const items = tables.map(async (name) => {
    const TableName = kit.cloud.resource(name);
    return (await kit.cloud.clients.dynamodb.send(new ScanCommand({ TableName }))).Items ?? [];
  });
  return (await Promise.all(items))
    .flat()
    .map((item) => JSON.stringify(item))
    .filter((text) => pattern.test(text));
}

it('a person is shown what is held, and erased once the ERP has deleted them; nothing brings them back', async () => {
  await using kit = await startKit({ schedules: 'none' });
  await studying(kit, 2);
  const { gradebook } = teacherOf(kit.site().moodle);
  const column = gradebook.addItem(await courseId(kit), { name: 'Oral' });
  const account = await userId(kit, 1);
  for (const id of [1, 2]) gradebook.grade(column, await userId(kit, id), 50 + id, { at: monday });
  await pull(kit, 'gradebook', 'completion');

  const directory = await mkdtemp(join(tmpdir(), 'person-'));
  const file = join(directory, 'person.json');
  const shown = await runCli(kit, ['person', 'export', 'oec_student_1', '--output', file]);
  expect(shown).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`/user/profile.php?id=${account}`),
  });
  expect(shown.stdout).not.toContain('student1@');
  const exported = await readFile(file, 'utf8');
  expect(exported).toContain('student1@example.org');
  expect(exported).toContain('"marks": 510');
  expect(exported).not.toMatch(/oec_student_2\b/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await rm(directory, { recursive: true });

  const erase = (...options: string[]) => runCli(kit, ['person', 'erase', 'oec_student_1', ...options]);
  const refused = await erase('--yes');
  expect(refused).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('The ERP still has the student 1'),
  });
  await kit.syncDeletion(student(1), enrolment(1, 1, 1, 1));
  expect((await erase()).stderr).toContain('--yes');
  const erased = await erase('--yes');
  expect(erased).toMatchObject({ code: 0, stdout: expect.stringContaining(`Moodle demo: the account`) });
  const ofPerson = /oec_student_1\b|student_id":1\b|student_1"|op\.student#1"/;
  expect(await traces(kit, ofPerson)).toEqual([]);

  // A teacher goes on in the course, and everything is compared and pulled once more.
  gradebook.grade(column, account, 70, { at: monday + 60 });
  gradebook.grade(column, await userId(kit, 2), 80, { at: monday + 60 });
  await kit.advance(2 * hour);
  await pull(kit, 'gradebook', 'completion');
  await runCli(kit, ['sync', 'push']);
  await kit.settle();
  expect(await traces(kit, ofPerson)).toEqual([]);
  expect((await stored(kit, 'op.result.line')).map(({ marks }) => marks)).toEqual([800]);
  expect(kit.site().moodle.siteState.userByIdnumber('oec_student_1')?.suspended).toBe(true);
  expect((await erase('--yes')).stdout).toContain('Nothing is held');

  // Of somebody who has finished, marks go by themselves after a year.
  await kit.sync(
    enrolment(2, 2, 1, 1, { state: 'finished', write_date: odooDateTime(kit.cloud.clock.now() / 1000) }),
  );
  const expire = async () => {
    const QueueUrl = kit.cloud.resource('RetentionQueue');
    await kit.cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    await kit.settle();
    return (await stored(kit, 'op.result.line')).length;
  };
  expect(await expire()).toBe(1);
  await kit.advance(366 * 24 * hour);
  expect(await expire()).toBe(0);
});
