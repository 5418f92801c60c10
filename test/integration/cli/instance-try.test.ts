import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trial } from '#cli/commands/instance/try.ts';
import { isWrite, type Kit, startKit, student } from '../kit.ts';
import { unnoticed } from '../sweep/support.ts';
import { runCli } from './run-cli.ts';

describe('instance try', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none' });
    await kit.sync(student(26));
    await unnoticed(kit, () => kit.put(student(26, { email: 'new@example.org', last_name: 'Renamed' })));
  });
  afterAll(() => kit.stop());

  const trial = (...args: string[]) => runCli(kit, ['instance', 'try', 'demo', 'op.student', ...args]);

  it('shows what one record would become under changed settings, and writes nothing', async () => {
    const before = await kit.mappings();
    const calls = await kit.site().callsDuring(async () => {
      const run = await trial('26', 'field_ownership.user.email=create', '--json');
      const { settings, fields, current, changed } = run.json<Trial>();
      expect(settings).toMatchObject([{ name: 'field_ownership.user.email', after: 'create' }]);
      const of = (name: string) => fields.find(({ field }) => field === name);
      const emails = { now: 'student26@example.org', current: 'new@example.org' };
      expect(of('email')).toMatchObject({ ...emails, changed: 'student26@example.org' });
      expect(of('lastname')).toMatchObject({ now: 'Number26', current: 'Renamed', changed: 'Renamed' });
      const fieldsOf = (all: Trial['current']) =>
        all.changes.flatMap((each) => each.fields.map(({ field }) => field));
      expect(fieldsOf(current)).toEqual(['lastname', 'email']);
      expect(fieldsOf(changed)).toEqual(['lastname']);
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect(await kit.mappings()).toEqual(before);
    expect((await kit.system.instances.get('demo'))?.field_ownership).toEqual({});
    expect((await trial('26', 'field_ownership.user.email=create')).stdout).toContain('in Moodle now');
  });

  it('refuses a setting that cannot be used, and a record that is not there', async () => {
    expect((await trial('26', 'brake.share=2')).code).toBe(64);
    expect((await trial('27', 'brake.share=0.2')).stderr).toContain('There is no op.student with the id 27');
  });
});
