import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Interceptor } from '#local/odoo/simulated-odoo.ts';
import { type Kit, startKit } from '../kit.ts';
import { exportAll, exportChanges, exportState, idsOf, minute, recordOf, second } from './export-support.ts';
import { School } from './school.ts';

/** Longer than a run can last: what it had in hand is free again. */
const untilLeaseIsOver = 5 * minute + second;

describe('a first export', () => {
  let kit: Kit;
  let school: School;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none', erp: {}, environment: { EXPORT_PAGE_SIZE: '4' } });
    school = new School(kit.erp, 6);
    kit.expectErrors(/Runtime exited/);
  });
  afterAll(() => kit.stop());

  it('that is killed at every page goes on where it stopped, and misses nothing', async () => {
    const pages = new Set<string>();
    const answered: string[] = [];
    let isAlive = true;
    const killAtEachPage: Interceptor = async ({ call, args }, proceed) => {
      if (!call.endsWith('.search_read')) return proceed();
      const domain = (args[0] ?? []) as unknown[][];
      const [field, operator, after] = domain[0] ?? [];
      const page = `${call} after ${after}`;
      if (field !== 'id' || operator !== '>') return proceed();
      // What a later run reads of the overlap is bounded by a date besides.
      if (pages.has(page) && domain.length === 1) answered.push(page);
      if (pages.has(page)) return proceed();
      pages.add(page);
      // A record behind the position, of which the pages that are left know nothing.
      if (page === 'op.student.search_read after 4')
        kit.erp.registrar.write('op.student', school.students[0]!, { last_name: 'Meanwhile' });
      isAlive = false;
      await kit.cloud.killFunction('erp-export');
      return { kind: 'reset' };
    };
    const undo = kit.erp.intercept(killAtEachPage);
    for (let runs = 0; runs < 20; runs++) {
      isAlive = true;
      await exportChanges(kit).catch(() => undefined);
      if (isAlive) break;
      await kit.advance(untilLeaseIsOver);
    }
    undo();
    expect(isAlive).toBe(true);
    // Each model was interrupted, and people and enrolments in the middle.
    expect([...pages]).toEqual(
      expect.arrayContaining(['op.department.search_read after 0', 'op.session.search_read after 0']),
    );
    expect([...pages]).toEqual(
      expect.arrayContaining(['op.student.search_read after 4', 'op.student.course.search_read after 4']),
    );
    // A page that had been taken over was not read again.
    expect(answered.filter((page) => page.startsWith('op.student.search_read'))).toEqual([
      'op.student.search_read after 0',
      'op.student.search_read after 4',
    ]);
    expect(new Set(answered).size).toBe(answered.length);
    expect((await idsOf(kit, 'op.student')).toSorted()).toEqual(school.students.map(String).toSorted());
    expect((await idsOf(kit, 'op.student.course')).length).toBe(school.enrolments.length);
    expect(Object.keys(await kit.site().participants(school.course(school.subjects[0])))).toHaveLength(6);
    expect(await kit.troubles()).toEqual({});
  });

  it('does not miss what was saved while it was under way', async () => {
    const [first] = school.students as [number];
    expect((await recordOf(kit, 'op.student', first))?.last_name).toBe('Meanwhile');
    expect((await kit.site().user(`oec_student_${first}`))?.lastname).toBe('Meanwhile');
  });

  it('is not begun twice: a run that finds another one under way ends, and its comparison is made later', async () => {
    const undo = kit.erp.intercept(async ({ call }, proceed) => {
      if (call === 'op.department.search_read') {
        undo();
        await kit.cloud.invoke('erp-export', { task: 'all' });
        expect((await exportState(kit)).comparing_since).toBeDefined();
      }
      return proceed();
    });
    const before = (await exportState(kit)).last_comparison;
    await exportChanges(kit);
    expect((await exportState(kit)).last_comparison).toBe(before);
    await exportChanges(kit);
    const { last_comparison, comparing_since } = await exportState(kit);
    expect(last_comparison).not.toBe(before);
    expect(comparing_since).toBeUndefined();
    await exportAll(kit);
  });
});
