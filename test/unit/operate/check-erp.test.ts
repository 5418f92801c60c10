import { afterEach, describe, expect, it } from 'vitest';
import { majorOf, releases } from '#local/odoo/release.ts';
import { defaultSettings, type OdooSettings } from '#local/odoo/settings.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import type { OdooClientOptions } from '#shared/odoo/client/client.ts';
import { checkErp } from '#shared/operate/check-erp/check-erp.ts';
import { faults } from '#test/peers/odoo-faults.ts';

const now = () => Date.parse('2026-09-01T08:00:00Z');
let odoo: SimulatedOdoo;

/** What a check of an ERP that is set up so says, with the fault that its calls meet. */
async function checked(
  settings: Partial<OdooSettings> = {},
  {
    fault,
    completionField,
    ...connection
  }: Partial<OdooClientOptions> & { fault?: string; completionField?: string } = {},
) {
  odoo = await SimulatedOdoo.start({ settings, clock: now });
  if (fault !== undefined) odoo.intercept(faults.exception(fault, odoo.key));
  const options = { baseUrl: odoo.url, database: 'school', user: 'oec-sync', key: odoo.key, ...connection };
  const check = await checkErp(options, { now, completionField });
  expect(JSON.stringify(check)).not.toContain(odoo.key);
  for (const { message, consequence, advice } of check.findings)
    for (const sentence of [message, consequence, advice]) expect(sentence).toMatch(/^[A-Z].*\.$/s);
  return { ...check, said: check.findings.map(({ severity, code }) => `${severity} ${code}`) };
}

afterEach(() => odoo.stop());

describe('the check of an ERP', () => {
  it.each(releases)('finds nothing wrong with a whole OpenEduCat %s and changes nothing', async (release) => {
    const { status, findings, version: seen } = await checked({ release });
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect({ status, seen }).toEqual({
      status: 'ok',
      seen: release === '19.0' ? '19.0' : `${majorOf(release)}.0-20250506`,
    });
    expect(odoo.calls.filter(({ call }) => /\.(create|write|unlink)$/.test(call))).toEqual([]);
    expect(odoo.calls.filter(({ ok }) => !ok)).toEqual([]);
  });

  it.each([
    ['away', { baseUrl: 'http://127.0.0.1:1' }, 'failed connection'],
    ['another database', { database: 'elsewhere' }, 'failed no-database'],
    ['a wrong key', { key: 'f'.repeat(40) }, 'failed access-denied'],
    ['a language that is not installed', { language: 'fr_FR' }, 'failed language-not-installed'],
  ] as const)('stops at once for %s', async (_name, connection, finding) => {
    const { said, status } = await checked({}, connection);
    expect({ said, status }).toEqual({ said: [finding], status: 'failed' });
  });

  it('takes a language that is installed', async () => {
    expect((await checked({ languages: ['en_US', 'fr_FR'] }, { language: 'fr_FR' })).said).toEqual([]);
  });

  it('names modules that are not there, and what follows, without alarm', async () => {
    const { said, status, findings } = await checked({
      withoutModules: ['openeducat_timetable', 'openeducat_attendance', 'openeducat_exam'],
    });
    expect(status).toBe('ok');
    expect(said).toEqual(Array.from({ length: 5 }, () => 'note missing-module'));
    expect(findings.map(({ message }) => message)).toContain('The ERP has no model op.exam.');
  });

  it('fails for a field that the export needs, not for one that it can do without', async () => {
    const { findings } = await checked({
      withoutFields: { 'op.batch': ['course_id'], 'op.student': ['gr_no'] },
    });
    expect(findings.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'failed The ERP has no field course_id in op.batch.',
      'note The ERP has no field gr_no in op.student.',
    ]);
  });

  it('says once what the user may not do to models with the same consequence', async () => {
    const { findings } = await checked(
      {
        extraFields: { 'op.student.course': ['x_completion'] },
        denied: [
          ...defaultSettings.denied,
          ...['op.student.read', 'op.exam.attendees.create', 'op.exam.attendees.write'],
          ...['op.result.line.create', 'op.result.line.write', 'op.student.course.write'],
        ],
      },
      { completionField: 'x_completion' },
    );
    expect(findings.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'failed The user may not read records of op.student.',
      'warning The user may not create, change records of op.exam.attendees, op.result.line.',
      'warning The user may not change records of op.student.course.',
    ]);
  });

  it('warns of what the user may do that it need not', async () => {
    const denied = defaultSettings.denied.filter((right) => !/^(res.partner|op.subject.unlink)/.test(right));
    expect(
      (await checked({ denied })).findings.map(({ severity, message }) => `${severity} ${message}`),
    ).toEqual([
      'warning The user may delete records of op.subject; create, change, delete records of res.partner.',
    ]);
  });

  it('does not ask for the right to write completion where it is not written, and misses its field where it is', async () => {
    const denied = [...defaultSettings.denied, 'op.student.course.write'];
    expect((await checked({ denied })).said).toEqual([]);
    await odoo.stop();
    expect((await checked({}, { completionField: 'x_completion' })).said).toEqual([
      'warning no-completion-field',
    ]);
  });

  it.each(['16.0', '18.0'] as const)(
    "knows what OpenEduCat's own groups hide, in Odoo %s",
    async (release) => {
      const groups = [
        'base.group_user',
        'openeducat_core.group_op_faculty',
        'openeducat_timetable.group_op_timetable_user',
      ];
      const { said } = await checked({ release, groups });
      expect(said.filter((each) => each.startsWith('failed'))).toEqual([
        'failed teachers-hidden',
        'failed lectures-hidden',
      ]);
      await odoo.stop();
      const admin = ['base.group_system', 'openeducat_core.group_op_back_office_admin'];
      expect((await checked({ groups: admin })).said).toEqual([
        'failed students-hidden',
        'warning user-is-administrator',
      ]);
    },
  );

  it('tells of a user without a time zone, and of a key that ends, in good time', async () => {
    expect((await checked({ timeZone: undefined, keyExpires: '2026-11-01 00:00:00' })).said).toEqual([
      'warning no-time-zone',
      'note key-expires',
    ]);
    await odoo.stop();
    expect((await checked({ keyExpires: '2026-09-10 00:00:00' })).said).toEqual(['warning key-expires']);
  });

  it('counts what names students that are hidden from the user', async () => {
    odoo = await SimulatedOdoo.start({ clock: now });
    odoo.intercept(async ({ call, args }, proceed) => {
      const answer = await proceed();
      if (call !== 'op.student.course.search_count' || answer.kind !== 'result') return answer;
      const isOfSeen = JSON.stringify(args).includes('student_id.create_date');
      return { ...answer, result: isOfSeen ? 3_001 : 3_003 };
    });
    const options = { baseUrl: odoo.url, database: 'school', user: 'oec-sync', key: odoo.key };
    const { findings } = await checkErp(options, { now });
    expect(findings.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning 2 of 3003 enrolments name students that are hidden from the user.',
    ]);
  });

  it('goes on after one thing that it may not look at', async () => {
    const { said, findings } = await checked({
      denied: [...defaultSettings.denied, 'res.users.apikeys.read'],
      timeZone: undefined,
    });
    expect(said).toEqual(['warning no-time-zone', 'warning access-error']);
    expect(findings[1]!.message).toMatch(/^The user's API keys could not be checked\./);
  });

  it('does not repeat what Odoo says when it fails', async () => {
    expect((await checked({}, { fault: 'builtins.RuntimeError' })).status).toBe('failed');
  });
});
