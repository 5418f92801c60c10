import { expect, it } from 'vitest';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { runCli } from '../cli/run-cli.ts';
import { startKit } from '../kit.ts';
import { hour } from '../reliability/support.ts';
import { course, courseId, monday, pull, pulled, studying, userId } from './support.ts';

it('marks of a course that was reset wait for an operator, who can have them taken back or kept', async () => {
  await using kit = await startKit({ schedules: 'none' });
  kit.expectErrors(/The brake is on/);
  await studying(kit, 4);
  const { gradebook } = teacherOf(kit.site().moodle);
  const moodleId = await courseId(kit);
  const column = gradebook.addItem(moodleId, { name: 'Oral' });
  const grade = async () => {
    for (const id of [1, 2, 3, 4]) gradebook.grade(column, await userId(kit, id), 50 + id, { at: monday });
  };
  const withdrawn = async () => (await pulled(kit, 'op.result.line')).filter((line) => line.withdrawn).length;
  const brake = async () => {
    const { code, json } = await runCli(kit, ['brake', 'show', 'demo', '--json']);
    const { brakes } = json<{ brakes: { service: string; is_on: boolean; held: number }[] }>();
    const { is_on, held } = brakes.find(({ service }) => service === 'marks')!;
    return { code, is_on, held };
  };
  await grade();
  await pull(kit, 'gradebook');
  gradebook.reset(moodleId);
  await pull(kit, 'gradebook');
  expect([await withdrawn(), await brake()]).toEqual([0, { code: 1, is_on: true, held: 4 }]);

  const kept = await runCli(kit, ['brake', 'release', 'demo', 'marks', '--keep', '--yes']);
  expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining('what it held stays: 4') });
  await kit.settle();
  expect([await withdrawn(), await brake()]).toEqual([0, { code: 0, is_on: false, held: 0 }]);

  await kit.advance(2 * hour);
  await grade();
  await pull(kit, 'gradebook');
  gradebook.reset(moodleId);
  await pull(kit, 'gradebook');
  const question = await runCli(kit, ['brake', 'release', 'demo', 'marks'], { input: 'n\n' });
  expect(`${question.stdout}${question.stderr}`).toContain(`4 of 4 in ${course}`);
  expect((await runCli(kit, ['brake', 'release', 'demo', 'marks', '--yes'])).code).toBe(0);
  await kit.settle();
  expect([await withdrawn(), await brake()]).toEqual([4, { code: 0, is_on: false, held: 0 }]);
});
