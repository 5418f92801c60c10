import { describe, expect, it } from 'vitest';
import {
  type DesiredMark,
  decideMarks,
  type ObservedMarks,
} from '#shared/moodle/attendance/push/decision.ts';
import { laterSide, type SheetState, takenByTeachers } from '#shared/moodle/attendance/state.ts';

const nine = 1_000_000;
const blank: SheetState = { marks: {}, left: [] };
const present = (writtenAt: number | undefined): DesiredMark => ({ student: 's', acronym: 'P', writtenAt });
const absentAt = (lastTaken: number): ObservedMarks => ({ marks: new Map([['s', 'A']]), lastTaken });
const decide = (
  direction: 'oec' | 'both',
  mark: DesiredMark,
  held: ObservedMarks,
  { state = blank, force = false }: { state?: SheetState; force?: boolean } = {},
) => {
  const { send, left } = decideMarks(direction, [mark], held, state, force);
  return send.length > 0 ? 'sent' : left.length > 0 ? 'left' : 'nothing';
};

describe('the side that was written last', () => {
  it.each([
    ['moodle', nine, nine + 1],
    ['oec', nine + 1, nine],
    ['oec', nine, nine],
    ['moodle', undefined, nine],
    ['oec', undefined, 0],
  ] as const)('is %s for a line of %s and a session of %s', (side, writtenAt, takenAt) => {
    expect(laterSide(writtenAt, takenAt)).toBe(side);
  });
});

describe('a mark of the ERP, where attendance is taken on both sides', () => {
  it('is sent where it was written last, or at the same time', () => {
    expect(decide('both', present(nine + 1), absentAt(nine))).toBe('sent');
    expect(decide('both', present(nine), absentAt(nine))).toBe('sent');
  });

  it('is left to the pull where Moodle’s was, even one that OpenEduCat has no place for', () => {
    expect(decide('both', present(nine - 1), absentAt(nine))).toBe('left');
    const other: ObservedMarks = { marks: new Map([['s', 'other']]), lastTaken: nine };
    expect(decide('both', present(nine - 1), other)).toBe('left');
  });

  it('is sent where Moodle holds none, and not where it holds the same, whatever the time', () => {
    expect(decide('both', present(nine - 1), { marks: new Map(), lastTaken: nine })).toBe('sent');
    const same: ObservedMarks = { marks: new Map([['s', 'P']]), lastTaken: nine };
    expect(decide('both', present(nine + 1), same, { force: true })).toBe('nothing');
  });

  it('is not made older by what was sent before', () => {
    const own = { lastTaken: nine + 60, takenBefore: nine };
    const state: SheetState = { ...blank, own };
    expect(decide('both', present(nine + 30), absentAt(nine + 60), { state })).toBe('sent');
    expect(decide('both', present(nine + 30), absentAt(nine + 61), { state })).toBe('left');
  });

  it('stays decided when a worker dies between two calls', () => {
    const sending = { marks: { s: 'P' }, takenBefore: nine };
    const state: SheetState = { ...blank, sending };
    expect(decide('both', present(nine - 1), absentAt(nine + 60), { state })).toBe('sent');
    expect(takenByTeachers(nine + 60, state)).toBe(nine);
  });
});

describe('a mark of the ERP, where it alone takes attendance', () => {
  it('is sent once, whatever the time', () => {
    expect(decide('oec', present(nine - 1), absentAt(nine))).toBe('sent');
    const state: SheetState = { ...blank, marks: { s: 'P' } };
    expect(decide('oec', present(nine + 1), absentAt(nine), { state })).toBe('nothing');
  });

  it('is sent again where what Moodle holds is in doubt, or is nothing', () => {
    const state: SheetState = { ...blank, marks: { s: 'P' } };
    expect(decide('oec', present(nine), absentAt(nine), { state, force: true })).toBe('sent');
    expect(decide('oec', present(nine), { marks: new Map(), lastTaken: nine }, { state })).toBe('sent');
  });
});
