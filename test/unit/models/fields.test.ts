import { describe, expect, it } from 'vitest';
import {
  active,
  date,
  recordId,
  reference,
  references,
  selection,
  text,
} from '#shared/models/fields/fields.ts';
import { type PushedModel, parseRecord } from '#shared/models/models.ts';

describe('an id', () => {
  it.each([
    [7, '7'],
    ['7', '7'],
    [' 12 ', '12'],
    [999_999_999_999_999, '999999999999999'],
  ])('%j reads as %j', (value, expected) => expect(recordId.parse(value)).toBe(expected));

  it.each([0, -1, 1.5, '0', '007', '1e3', '', 'abc', false, null, undefined, [5], Number.NaN])(
    '%j is none',
    (value) => expect(recordId.safeParse(value).success).toBe(false),
  );
});

describe('a many2one', () => {
  it.each([false, '', null, undefined])('%j is empty', (value) =>
    expect(reference.parse(value)).toBeUndefined(),
  );

  it.each([[5], ['5'], [[5, 'Physics']], [['5', '']], [[5, false]], [[5]]])('%j is 5', (value) =>
    expect(reference.parse(value)).toBe('5'),
  );

  it.each([[[5, 6]], [[]], [[false, '']], [true], [0], ['x'], [{ id: 5 }]])('%j cannot be read', (value) =>
    expect(reference.safeParse(value).success).toBe(false),
  );
});

describe('a many2many', () => {
  it('is a list of distinct ids in numeric order', () => {
    expect(references.parse([10, '9', [2, 'Optics'], 10])).toEqual(['2', '9', '10']);
  });

  it('may be a DynamoDB set', () => {
    expect(references.parse(new Set([10, 9]))).toEqual(['9', '10']);
  });

  it.each([false, '', null, undefined])('%j is an empty list', (value) =>
    expect(references.parse(value)).toEqual([]),
  );

  it.each([[7], ['7'], [[1, false]], [[[6, 0, [1, 2]]]], [{}]])('%j cannot be read', (value) =>
    expect(references.safeParse(value).success).toBe(false),
  );
});

describe('texts, flags, dates and selections', () => {
  it('trims texts and knows both of Odoo’s empty values', () => {
    expect(['  Ana ', false, '', '   ', null, undefined, 101].map((value) => text.parse(value))).toEqual([
      'Ana',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      '101',
    ]);
    expect(text.safeParse(true).success).toBe(false);
  });

  it('takes a record without `active` for an active one', () => {
    expect([undefined, null, true, false].map((value) => active.parse(value))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(active.safeParse('false').success).toBe(false);
  });

  it('keeps dates as text', () => {
    expect([date.parse('2026-02-28'), date.parse(false)]).toEqual(['2026-02-28', undefined]);
    expect(['2026-02-30', '01/09/2026'].map((value) => date.safeParse(value).success)).toEqual([
      false,
      false,
    ]);
  });

  it('falls back to OpenEduCat’s default where a selection is empty', () => {
    const state = selection(['running', 'finished'], 'running');
    expect([false, '', undefined, 'finished'].map((value) => state.parse(value))).toEqual([
      'running',
      'running',
      'running',
      'finished',
    ]);
    expect(state.safeParse('paused').success).toBe(false);
  });
});

describe('a record that cannot be read', () => {
  const problemsOf = (model: PushedModel, item: unknown) => {
    const result = parseRecord(model, item);
    return result.ok ? [] : result.problems;
  };

  it('names every unreadable field once and says what it must be', () => {
    expect(problemsOf('op.course', { id: '05', name: 'A', code: 'A', subject_ids: ['x', 'y'] })).toEqual([
      {
        field: 'id',
        rule: 'unreadable',
        reason:
          'The field id of this program cannot be read: it must be a positive whole number. Correct what the ERP writes to the records table.',
      },
      {
        field: 'subject_ids',
        rule: 'unreadable',
        reason:
          'The field subject_ids of this program cannot be read: it must be a list of record ids. Correct what the ERP writes to the records table.',
      },
    ]);
  });

  it.each([null, undefined, 'text', 5, [], true])('%j is not a record', (item) =>
    expect(problemsOf('op.student', item)).toMatchObject([{ field: 'record', rule: 'unreadable' }]),
  );

  it('reports a state it does not know instead of guessing', () => {
    const enrolment = { id: 1, student_id: 1, course_id: 1, batch_id: 1, state: 'paused' };
    expect(problemsOf('op.student.course', enrolment)).toMatchObject([
      { field: 'state', rule: 'unreadable' },
    ]);
  });
});
