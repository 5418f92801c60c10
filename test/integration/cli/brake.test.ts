import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kit, startKit, student } from '../kit.ts';
import { inOneGo, minute, range } from '../reliability/support.ts';
import { runCli } from './run-cli.ts';

let kit: Kit;
/** Of 60 students, more than the brake lets go at a time. */
const mistaken = range(1, 30);

const suspended = () =>
  kit
    .site()
    .moodle.siteState.users.all()
    .filter((user) => user.suspended).length;

beforeAll(async () => {
  kit = await startKit({ schedules: 'none' });
  kit.expectErrors(/The brake is on/);
  await kit.sync(...range(1, 60).map((id) => student(id)));
});
afterAll(() => kit.stop());

describe('brake release', () => {
  it('takes a service that can be braked and a time of at most a day', async () => {
    const service = await runCli(kit, ['brake', 'release', 'demo', 'departments', '--yes']);
    expect(service.code).toBe(64);
    expect(service.stderr).toContain('Allowed choices are subjects, students');
    const time = await runCli(kit, ['brake', 'release', 'demo', 'students', '--for', '25h', '--yes']);
    expect(time.code).toBe(64);
    expect(time.stderr).toContain('At most 24h');
  });

  it('works before anything was taken away for the first time', async () => {
    const run = await runCli(kit, ['brake', 'release', 'demo', 'faculty', '--for', '30m', '--yes']);
    expect(run.code).toBe(0);
    const { released_until } = await kit.system.instances.getBrake('demo', 'faculty');
    const left = Date.parse(released_until!) - kit.cloud.clock.now();
    expect(left).toBeGreaterThan(25 * minute);
    expect(left).toBeLessThanOrEqual(30 * minute);
  });

  it('shows what is held, asks, and has it go on at once', async () => {
    await inOneGo(mistaken, (part) => kit.delete(...part.map((id) => student(id))));
    await kit.settle();
    expect(suspended()).toBe(0);
    const shown = await runCli(kit, ['brake', 'show', '--json']);
    expect(shown.code).toBe(1);
    expect(shown.json<{ brakes: unknown[] }>().brakes).toContainEqual({
      instance: 'demo',
      service: 'students',
      is_on: true,
      engaged_at: expect.any(String),
      released_until: null,
      held: 30,
      taken_this_hour: 0,
      limit: 20,
      in_moodle: 60,
    });
    const asked = await runCli(kit, ['brake', 'release', 'demo', 'students']);
    expect(asked.code).toBe(64);
    expect(asked.stderr).toContain('Held are 30: oec_student_1, oec_student_2');
    expect(asked.stderr).toContain('and 20 others');
    const released = await runCli(kit, ['brake', 'release', 'demo', 'students', '--yes']);
    expect(released.code).toBe(0);
    expect(released.stdout).toContain('30 that were held are pushed now');
    await kit.settle();
    expect(suspended()).toBe(30);
    expect((await runCli(kit, ['brake', 'show', 'demo'])).code).toBe(0);
  });
});
