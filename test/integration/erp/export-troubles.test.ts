import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '#local/odoo/settings.ts';
import type { Interceptor } from '#local/odoo/simulated-odoo.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { releaseDeletions } from '#shared/odoo/export/operator.ts';
import { faults } from '#test/peers/odoo-faults.ts';
import { type Kit, startKit } from '../kit.ts';
import {
  exportAll,
  exportChanges,
  exportState,
  findings,
  hour,
  idsOf,
  minute,
  recordOf,
  statesOf,
} from './export-support.ts';
import { School } from './school.ts';

/** A record rule: searches no longer show these records of a model, and reading one of them is refused. */
function hides(model: string, hidden: (id: number) => boolean): Interceptor {
  return async ({ call, args }, proceed) => {
    if (call.slice(0, call.lastIndexOf('.')) !== model) return proceed();
    if (call === `${model}.read` && (args[0] as number[]).some(hidden))
      return { kind: 'error', id: null, python: 'odoo.exceptions.AccessError', message: 'rule' };
    const answer = await proceed();
    if (answer.kind !== 'result') return answer;
    const { result } = answer;
    if (Array.isArray(result))
      return { ...answer, result: result.filter((row) => !hidden(typeof row === 'number' ? row : row.id)) };
    return call === `${model}.search_count` ? { ...answer, result: 2 } : answer;
  };
}

describe('an ERP in trouble', () => {
  let kit: Kit;
  let school: School;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none', erp: {} });
    school = new School(kit.erp, 6);
    await exportAll(kit);
    kit.expectErrors(/"Export finding"/);
  });
  afterAll(() => kit.stop());

  /** Lets the ERP behave like this for a while. */
  async function during(fault: Interceptor, work: () => Promise<void>): Promise<void> {
    const undo = kit.erp.intercept(fault);
    try {
      await work();
    } finally {
      undo();
    }
  }

  async function everyStudentIsThere(): Promise<void> {
    expect((await idsOf(kit, 'op.student')).toSorted()).toEqual(school.students.map(String).toSorted());
    expect((await idsOf(kit, 'op.student.course')).toSorted()).toEqual(
      school.enrolments.map(String).toSorted(),
    );
  }

  it.each([
    ['that is away', faults.connectionReset()],
    ['that breaks off in the middle of an answer', faults.halfAnswer()],
    ['whose proxy answers', faults.htmlPage(502)],
    ['whose database is away', faults.databaseAway()],
  ])('%s: nothing is concluded, and what was saved meanwhile comes once it is back', async (_name, fault) => {
    const errors = kit.errors.length;
    const id = school.student();
    const before = await exportState(kit);
    await during(fault, async () => {
      await kit.advance(minute);
      await exportAll(kit);
    });
    const after = await exportState(kit);
    expect(after.last_success).toBe(before.last_success);
    expect(after.last_error!.at > before.last_success!).toBe(true);
    expect(await recordOf(kit, 'op.student', id)).toBeUndefined();
    expect(await findings(kit)).toEqual([]);
    // An ERP that is away is no error of the function.
    expect(kit.errors.slice(errors)).toEqual([]);
    await kit.advance(minute);
    await exportChanges(kit);
    await everyStudentIsThere();
    expect((await exportState(kit)).last_success! > before.last_success!).toBe(true);
  });

  it('that answers fewer records than it has: nothing is deleted', async () => {
    await during(
      faults.times(Number.POSITIVE_INFINITY, 'op.student.course.search_read', faults.fewerRecords()),
      async () => {
        await exportAll(kit);
        expect(await findings(kit)).toEqual(['op.student.course incomplete-reading']);
      },
    );
    await everyStudentIsThere();
    await exportAll(kit);
    expect(await findings(kit)).toEqual([]);
  });

  it('that hides records by a rule: nothing is deleted, until they are seen again', async () => {
    await during(
      hides('op.student', (id) => id > 2),
      async () => {
        await exportAll(kit);
        expect(await findings(kit)).toEqual(['op.student hidden-records']);
      },
    );
    await everyStudentIsThere();
    await exportAll(kit);
    expect(await findings(kit)).toEqual([]);
  });

  it('that takes the right to a model away: the others go on', async () => {
    kit.erp.configure({ denied: [...defaultSettings.denied, 'op.student.read'] });
    const student = school.students[0]!;
    kit.erp.registrar.write('op.student', student, { last_name: 'Hidden' });
    kit.erp.registrar.write('op.department', school.department, { name: 'Sciences' });
    await exportAll(kit);
    expect(await findings(kit)).toEqual(['op.student access-error']);
    expect((await exportState(kit)).models['op.student']?.status).toBe('refused');
    expect((await kit.site().category(`oec_dept_${school.department}`))?.name).toBe('Sciences');
    await everyStudentIsThere();
    kit.erp.configure({ denied: defaultSettings.denied });
    await exportChanges(kit);
    expect(await findings(kit)).toEqual([]);
    expect((await recordOf(kit, 'op.student', student))?.last_name).toBe('Hidden');
  });

  it('that refuses the key: it is told, and nothing else happens', async () => {
    const { url } = kit.erp;
    const { database, user } = kit.erp.settings;
    await kit.system.connectErp({ url, database, user, key: 'wrong' });
    await kit.advance(2 * minute);
    await exportAll(kit);
    expect(await findings(kit)).toEqual(['access-denied']);
    await everyStudentIsThere();
    await kit.system.connectErp({ url, database, user, key: kit.erp.key });
    await kit.advance(2 * minute);
    await exportChanges(kit);
    expect(await findings(kit)).toEqual([]);
  });

  it('that is another, empty database by mistake: nothing is deleted, and the operator is told', async () => {
    const empty = await SimulatedOdoo.start({ clock: () => kit.cloud.clock.now() });
    const { database, user } = kit.erp.settings;
    await kit.system.connectErp({ url: empty.url, database, user, key: empty.key });
    await kit.advance(2 * minute);
    await exportAll(kit);
    await empty.stop();
    expect(await findings(kit)).toEqual([
      'op.department deletions-held',
      'op.course deletions-held',
      'op.subject deletions-held',
      'op.batch deletions-held',
      'op.student deletions-held',
      'op.student.course deletions-held',
    ]);
    await everyStudentIsThere();
    await kit.system.connectErp({ url: kit.erp.url, database, user, key: kit.erp.key });
    await kit.advance(2 * minute);
    await exportAll(kit);
    expect(await findings(kit)).toEqual([]);
  });

  it('that is another database with other records: none is taken over', async () => {
    const other = await SimulatedOdoo.start({ clock: () => kit.cloud.clock.now() });
    const { registrar } = other;
    for (const code of ['A', 'B', 'C']) registrar.create('op.department', { name: `Other ${code}`, code });
    const { database, user } = kit.erp.settings;
    await kit.system.connectErp({ url: other.url, database, user, key: other.key });
    await kit.advance(2 * minute);
    await exportAll(kit);
    await other.stop();
    expect(await findings(kit)).toEqual(['another-database']);
    expect(await idsOf(kit, 'op.department')).toEqual([String(school.department)]);
    expect((await kit.site().category(`oec_dept_${school.department}`))?.name).toBe('Sciences');
    await kit.system.connectErp({ url: kit.erp.url, database, user, key: kit.erp.key });
    await kit.advance(2 * minute);
    await exportAll(kit);
    expect(await findings(kit)).toEqual([]);
  });

  it('that is disconnected is left alone', async () => {
    const before = await exportState(kit);
    await kit.system.writeErpConnection('{}');
    await kit.advance(2 * minute);
    await exportAll(kit);
    expect(await exportState(kit)).toEqual(before);
  });
});

describe('records that are gone from the ERP', () => {
  let kit: Kit;
  let school: School;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none', erp: {} });
    school = new School(kit.erp, 30);
    await exportAll(kit);
  });
  afterAll(() => kit.stop());

  const unlink = (count: number) => {
    for (const id of school.enrolments.splice(0, count)) kit.erp.registrar.unlink('op.student.course', id);
  };
  const enrolmentsOfTable = async () => (await idsOf(kit, 'op.student.course')).length;

  it('are deleted up to the brake in an hour; more wait for the operator, who is told', async () => {
    unlink(15);
    await exportAll(kit);
    expect(await enrolmentsOfTable()).toBe(15);
    kit.expectErrors(/"Export finding".*"deletions-held"/);
    unlink(6);
    await exportAll(kit);
    expect(await enrolmentsOfTable()).toBe(15);
    const { findings: found, models } = await exportState(kit);
    expect(found).toMatchObject([{ code: 'deletions-held', model: 'op.student.course', count: 6 }]);
    expect(models['op.student.course']?.held).toBe(6);
    // A brake that is on stays on, however much time passes.
    await kit.advance(2 * hour);
    await exportAll(kit);
    expect(await enrolmentsOfTable()).toBe(15);
  });

  it('are deleted within a minute of his word', async () => {
    const now = kit.cloud.clock.now();
    await releaseDeletions(statesOf(kit), ['op.student.course'], now + hour, now);
    await exportChanges(kit);
    expect(await enrolmentsOfTable()).toBe(9);
    expect(await findings(kit)).toEqual([]);
  });

  it('are never deleted if they are all of a model, however few', async () => {
    await kit.advance(2 * hour);
    unlink(9);
    await exportAll(kit);
    expect(await enrolmentsOfTable()).toBe(9);
    expect(await findings(kit)).toEqual(['op.student.course deletions-held']);
  });

  it('are held no longer once the ERP has them again', async () => {
    const [student] = school.students as [number];
    const before = await exportState(kit);
    expect(before.findings).toHaveLength(1);
    school.enrolment(student);
    const now = kit.cloud.clock.now();
    await releaseDeletions(statesOf(kit), ['op.student.course'], now + minute, now);
    await exportChanges(kit);
    expect(await enrolmentsOfTable()).toBe(1);
    expect(await findings(kit)).toEqual([]);
  });

  it('that a pull made are never touched', async () => {
    const id = 'moodle_demo_session_3';
    await kit.put({
      model: 'op.attendance.sheet',
      id,
      register_id: 'moodle_demo_attendance_1',
      state: 'done',
    });
    await kit.configure('demo', { sync_attendance_from: 'both' });
    await exportAll(kit);
    expect(await recordOf(kit, 'op.attendance.sheet', id)).toBeDefined();
    expect(await findings(kit)).toEqual([]);
  });
});
