import { describe, expect, it } from 'vitest';
import { decide, type Sides } from '#shared/odoo/import/decide.ts';
import { type ErpMapping, newErpMapping } from '#shared/odoo/import/mapping.ts';

const until = '2026-11-25T08:00:00.000Z';

function sides({
  row = {},
  ...more
}: Partial<Omit<Sides, 'row'>> & { row?: Partial<ErpMapping> } = {}): Sides {
  return {
    model: 'op.result.line',
    desired: { isWithdrawn: false, isOwn: false },
    values: { marks: 80 },
    row: { ...newErpMapping('op.result.line', 'moodle_main_item_1_student_2', 'main'), ...row },
    current: undefined,
    parent: { model: 'op.exam', erpId: 7 },
    settings: { overwrites: false, isLastWriteWins: false },
    ...more,
  };
}

const imported = { erp_id: 5, parent_erp_id: 7, written: { marks: 70 }, is_ours: true };
const current = { id: 5, marks: 70 };
const withdrawn = { desired: { isWithdrawn: true, isOwn: false }, values: {} };
const codeOf = (given: Sides) => {
  const decision = decide(given);
  return decision.do === 'fail' ? decision.failure.code : decision.do;
};

describe('a line that is not in the ERP', () => {
  it('is made, unless somebody has deleted it there or closed the exam', () => {
    expect(codeOf(sides())).toBe('create');
    expect(codeOf(sides({ row: imported }))).toBe('deleted-in-erp');
    expect(codeOf(sides({ parent: { model: 'op.exam', erpId: 7, closed: 'done' } }))).toBe('closed-in-erp');
    const cancelled = { model: 'op.exam', erpId: 7, closed: 'cancel' };
    expect(codeOf(sides({ row: imported, parent: cancelled })), 'OpenEduCat deletes its attendees').toBe(
      'closed-in-erp',
    );
  });

  it('is made again with an exam that was made again, and after the import itself has deleted it', () => {
    expect(codeOf(sides({ row: imported, parent: { model: 'op.exam', erpId: 8 } }))).toBe('create');
    const claim = { until, doing: 'unlink' as const, values: {} };
    expect(codeOf(sides({ row: { ...imported, claim } }))).toBe('create');
  });

  it('and was taken back needs nothing', () => {
    expect(codeOf(sides({ ...withdrawn, row: imported }))).toBe('nothing');
  });

  it('and is one of the ERP’s own is never made', () => {
    const desired = { isWithdrawn: false, isOwn: true };
    expect(codeOf(sides({ model: 'op.student.course', desired, parent: undefined }))).toBe('deleted-in-erp');
  });
});

describe('a line that is in the ERP', () => {
  it('is written where it is as it was left, with what differs only', () => {
    expect(decide(sides({ row: imported, current }))).toEqual({ do: 'write', values: { marks: 80 } });
    expect(codeOf(sides({ row: imported, current, values: { marks: 70 } }))).toBe('nothing');
  });

  it('is not written where somebody has edited it, unless the instance says so', () => {
    const edited = { row: imported, current: { ...current, marks: 71 } };
    expect(codeOf(sides(edited))).toBe('edited-in-erp');
    expect(codeOf(sides({ ...edited, settings: { overwrites: true, isLastWriteWins: false } }))).toBe(
      'write',
    );
    expect(codeOf(sides({ ...edited, values: { marks: 71 } })), 'both agree').toBe('nothing');
  });

  it('is not taken for edited after a write whose answer was lost', () => {
    const claim = { until, doing: 'write' as const, values: { marks: 75 } };
    const left = { ...current, marks: 75 };
    expect(codeOf(sides({ row: { ...imported, claim }, current: left }))).toBe('write');
  });

  it('and was never imported is a person’s', () => {
    expect(codeOf(sides({ current }))).toBe('already-in-erp');
    expect(codeOf(sides({ current, values: { marks: 70 } }))).toBe('nothing');
  });

  it('is deleted when it was taken back, if it is the import’s and nobody has edited it', () => {
    expect(codeOf(sides({ ...withdrawn, row: imported, current }))).toBe('unlink');
    expect(codeOf(sides({ ...withdrawn, row: imported, current: { ...current, marks: 1 } }))).toBe(
      'edited-in-erp',
    );
    expect(codeOf(sides({ ...withdrawn, row: { ...imported, is_ours: false }, current }))).toBe(
      'already-in-erp',
    );
    const parent = { model: 'op.exam', erpId: 7, closed: 'done' };
    expect(codeOf(sides({ ...withdrawn, row: imported, current, parent }))).toBe('closed-in-erp');
  });
});

describe('a line of attendance that is taken on both sides', () => {
  const both = { overwrites: false, isLastWriteWins: true };
  const takenAt = Date.parse('2026-11-25T08:00:00Z') / 1000;
  const line = (write_date: string, row: Partial<ErpMapping> = imported) =>
    sides({
      model: 'op.attendance.line',
      desired: { isWithdrawn: false, isOwn: true, takenAt },
      values: { late: true },
      row: { ...row, written: { late: false, present: true } },
      current: { id: 5, late: false, present: false, write_date },
      settings: both,
    });

  it('is written where Moodle was later, and left where the ERP was, also at the same second', () => {
    expect(codeOf(line('2026-11-25 07:59:59'))).toBe('write');
    expect(codeOf(line('2026-11-25 08:00:00'))).toBe('leave');
    expect(codeOf(line('2026-11-25 08:00:01'))).toBe('leave');
  });
});
