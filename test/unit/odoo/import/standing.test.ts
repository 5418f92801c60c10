import { describe, expect, it } from 'vitest';
import {
  NotOdooError,
  OdooAccessError,
  OdooDatabaseError,
  OdooLoginError,
  OdooMissingRecordError,
  OdooServerError,
  OdooUnavailableError,
  OdooValidationError,
} from '#shared/odoo/client/errors.ts';
import { completionOf, completionValue } from '#shared/odoo/import/desired/completion.ts';
import { failureOfOdoo, isErpFailure } from '#shared/odoo/import/failures.ts';
import { type ErpMapping, newErpMapping } from '#shared/odoo/import/mapping.ts';
import { comesFromMoodle, importUnits } from '#shared/odoo/import/models.ts';
import { isDue } from '#shared/odoo/import/observed/as-desired.ts';
import { chooseBatch } from '#shared/odoo/import/observed/erp-reader.ts';

const now = Date.parse('2026-11-25T08:00:00Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const desired = {
  parent: { model: 'op.exam' as const, id: 'moodle_main_item_1' },
  student: 2,
  isWithdrawn: false,
  isOwn: false,
  fields: { marks: 80 },
  fixed: {},
};
const asking = { model: 'op.result.line' as const, desired, hash: 'new' };
const row = (fields: Partial<ErpMapping>): ErpMapping => ({
  ...newErpMapping('op.result.line', 'moodle_main_item_1_student_2', 'main'),
  attempted_hash: 'new',
  ...fields,
});
const exam = {
  ...newErpMapping('op.exam', 'moodle_main_item_1', 'main'),
  status: 'synced',
  erp_id: 7,
} as const;
const failure = { class: 'refused', code: 'x', reason: 'x', advice: 'x' } as const;

describe('a sweep queues', () => {
  it.each([
    ['a record without a row', undefined, true],
    [
      'one that the ERP holds',
      row({ status: 'synced', sync_hash: 'new', erp_id: 5, parent_erp_id: 7 }),
      false,
    ],
    ['one that has changed', row({ status: 'synced', sync_hash: 'old', erp_id: 5, parent_erp_id: 7 }), true],
    [
      'one whose exam was made again',
      row({ status: 'synced', sync_hash: 'new', erp_id: 5, parent_erp_id: 6 }),
      true,
    ],
    [
      'one whose retry is scheduled',
      row({ status: 'failed', failure, next_attempt_at: minutesAgo(-5) }),
      false,
    ],
    ['one whose retry is lost', row({ status: 'failed', failure, next_attempt_at: minutesAgo(11) }), true],
    ['one that waits for what has arrived', row({ status: 'waiting', failure }), true],
    [
      'one that a dead worker had',
      row({ claim: { until: minutesAgo(1), doing: 'create', values: {} } }),
      true,
    ],
    ['one that a worker has', row({ claim: { until: minutesAgo(-1), doing: 'create', values: {} } }), false],
    ['a conflict of today', row({ status: 'conflict', failure, last_failed_at: minutesAgo(60) }), false],
    [
      'a conflict of yesterday',
      row({ status: 'conflict', failure, last_failed_at: minutesAgo(1_441) }),
      true,
    ],
    ['one that was given up', row({ status: 'permanently_failed', failure }), false],
    [
      'one that was given up and has changed',
      row({ status: 'permanently_failed', attempted_hash: 'old' }),
      true,
    ],
  ])('%s: %#', (_what, standing, isQueued) => {
    expect(isDue(asking, standing, exam, now)).toBe(isQueued);
  });

  it('nothing that waits for what has not arrived, or was taken back and never there', () => {
    expect(isDue(asking, row({ status: 'waiting', failure }), { ...exam, status: 'failed' }, now)).toBe(
      false,
    );
    const withdrawn = { ...asking, desired: { ...desired, isWithdrawn: true } };
    expect(isDue(withdrawn, undefined, exam, now)).toBe(false);
  });

  it('a sheet whose session was moved, and no session of exams that has changed: that is the ERP’s once it is there', () => {
    const held = row({ status: 'synced', sync_hash: 'old', erp_id: 5 });
    const made = { ...desired, parent: undefined } as unknown as typeof desired;
    expect(isDue({ ...asking, model: 'op.attendance.sheet', desired: made }, held, undefined, now)).toBe(
      true,
    );
    expect(isDue({ ...asking, model: 'op.exam.session', desired: made }, held, undefined, now)).toBe(false);
  });

  it('what cannot be read once', () => {
    expect(isDue(undefined, undefined, undefined, now)).toBe(true);
    expect(isDue(undefined, row({ status: 'invalid' }), undefined, now)).toBe(false);
  });
});

describe('what comes from Moodle', () => {
  const line = {
    model: 'op.attendance.line',
    id: '80',
    attendance_id: 12,
    student_id: 26,
    present: true,
    moodle_status: 'P',
    taken_at: '2026-11-25T08:00:00.000Z',
  };

  it('is a line of the ERP’s own as long as it says what Moodle said', () => {
    expect(comesFromMoodle(line)).toBe(true);
    expect(comesFromMoodle({ ...line, present: false, late: true })).toBe(false);
    expect(comesFromMoodle({ ...line, taken_at: undefined })).toBe(false);
  });

  it('is queued in units of 50, parents first, each record once', () => {
    const lines = Array.from({ length: 60 }, (_, index) => ({
      model: 'op.result.line' as const,
      id: `l${index % 51}`,
    }));
    const units = importUnits([...lines, { model: 'op.exam', id: 'e' }]);
    expect(units.map(({ model, ids }) => [model, ids.length])).toEqual([
      ['op.exam', 1],
      ['op.result.line', 50],
      ['op.result.line', 1],
    ]);
  });
});

describe('the batch of an exam', () => {
  const batches = [
    { id: 1, start_date: '2024-09-01', end_date: '2025-06-30', active: true },
    { id: 2, start_date: '2025-09-01', end_date: '2027-06-30', active: true },
    { id: 3, start_date: '2026-09-01', end_date: '2027-06-30', active: true },
    { id: 4, start_date: '2026-10-01', end_date: '2027-06-30', active: false },
    { id: 5, start_date: '2027-09-01', end_date: '2028-06-30', active: true },
  ];

  it('is the youngest that runs on the day, active ones first', () => {
    expect(chooseBatch(batches, '2026-11-02')).toBe(3);
    expect(chooseBatch(batches, '2024-10-01')).toBe(1);
    expect(chooseBatch(batches, '2030-01-01')).toBe(5);
    expect(chooseBatch([], '2026-11-02')).toBeUndefined();
  });
});

describe('completion', () => {
  const entry = (courses: Record<string, boolean | null>, progress: number | null) => ({
    completed: Object.values(courses).every((completed) => completed !== false),
    progress,
    at: '2026-11-25 16:50:04',
    courses: Object.fromEntries(
      Object.entries(courses).map(([id, completed]) => [id, { subject_id: 1, completed, progress: null }]),
    ),
  });

  it('counts each course once over all Moodles, and none that cannot be completed', () => {
    const attribute = { main: entry({ a: true, b: false, c: null }, 60), other: entry({ b: true }, 100) };
    expect(completionOf(attribute)).toEqual({
      completed: 2,
      of: 2,
      percent: 80,
      completedAt: '2026-11-25 16:50:04',
    });
    expect(completionOf({})).toBeUndefined();
    expect(completionOf('nonsense')).toBeUndefined();
  });

  it.each([
    ['char', '1 of 2 courses completed'],
    ['text', '1 of 2 courses completed'],
    ['integer', 60],
    ['float', 60],
    ['boolean', false],
    ['date', false],
    ['datetime', false],
    ['many2one', undefined],
  ])('goes into a field of type %s', (type, value) => {
    const completion = completionOf({ main: entry({ a: true, b: false }, 60) })!;
    expect(completionValue(completion, type, 'UTC')).toBe(value);
  });

  it('of all courses has a day', () => {
    const completion = completionOf({ main: entry({ a: true }, 100) })!;
    expect(completionValue(completion, 'date', 'UTC')).toBe('2026-11-25');
    expect(completionValue(completion, 'date', 'Pacific/Auckland')).toBe('2026-11-26');
    expect(completionValue(completion, 'boolean', 'UTC')).toBe(true);
    expect(completionValue(completion, 'char', 'UTC')).toBe('1 of 1 course completed');
  });
});

describe('the failure table', () => {
  it.each([
    [new OdooUnavailableError('c', 'timeout', ''), 'unreachable', true],
    [new OdooUnavailableError('c', 'busy', ''), 'unreachable', false],
    [new OdooLoginError('login'), 'misconfigured', true],
    [new OdooDatabaseError('c'), 'misconfigured', true],
    [new NotOdooError('c', 200, ''), 'misconfigured', true],
    [new OdooAccessError('c'), 'misconfigured', false],
    [new OdooValidationError('c', 'no', 'marks'), 'refused', false],
    [new OdooMissingRecordError('c'), 'dependency', false],
    [new OdooServerError('c', 'builtins.TypeError'), 'refused', false],
  ])('%s', (error, failureClass, isOfErp) => {
    expect(failureOfOdoo(error).class).toBe(failureClass);
    expect(isErpFailure(error)).toBe(isOfErp);
  });
});
