import { describe, expect, it } from 'vitest';
import {
  changesOf,
  foldChanges,
  isEcho,
  isEnding,
  type RecordChange,
} from '#shared/models/changes/record-change.ts';

const change = (before: Record<string, unknown> | undefined, after: Record<string, unknown> | undefined) =>
  ({
    model: 'op.student',
    id: '1',
    before: before && { model: 'op.student', id: '1', ...before },
    after: after && { model: 'op.student', id: '1', ...after },
  }) as RecordChange;

describe('isEcho', () => {
  it.each([
    ['a pull that made the record', undefined, { connector_no_export: true, sync_stamp: 'a' }, true],
    ['a pull that changed it', { sync_stamp: 'a' }, { connector_no_export: true, sync_stamp: 'b' }, true],
    [
      'an edit by the ERP that left the flag on',
      { connector_no_export: true, sync_stamp: 'a' },
      { connector_no_export: true, sync_stamp: 'a' },
      false,
    ],
    ['a flag without a stamp', undefined, { connector_no_export: true }, false],
    ['an ordinary write', undefined, {}, false],
    ['a stamp without the flag', undefined, { sync_stamp: 'a' }, false],
    ['a deletion', { connector_no_export: true, sync_stamp: 'a' }, undefined, false],
  ])('tells of %s', (_what, before, after, expected) => {
    expect(isEcho(change(before, after))).toBe(expected);
  });
});

describe('changesOf', () => {
  const name = (length: number) => ({ model: 'op.subject', id: '1', name: 'x'.repeat(length), code: 'A' });
  it.each([
    ['too long for some releases of Moodle, and then for none', 300, 20, true],
    ['too long for any, and then only for some', 1400, 300, true],
    ['short both times', 20, 21, false],
  ])('tells of a name that is %s', (_what, before, after, expected) => {
    const subject = { model: 'op.subject', id: '1', before: name(before), after: name(after) } as const;
    expect(changesOf(subject)([])).toBe(expected);
  });
});

describe('foldChanges', () => {
  it('makes one change of several, from the first state to the last', () => {
    const folded = foldChanges([
      change(undefined, { v: 1 }),
      change({ v: 1 }, { v: 2 }),
      change({ v: 2 }, undefined),
    ]);
    expect(folded).toEqual([change(undefined, undefined)]);
  });
});

describe('isEnding', () => {
  it.each([
    ['deleted', { active: true }, undefined, true],
    ['archived', { active: true }, { active: false }, true],
    ['archived before', { active: false }, { active: false }, false],
    ['finished', { state: 'running' }, { state: 'finished' }, true],
    ['finished before', { state: 'finished' }, { state: 'finished' }, false],
    ['new', undefined, { active: false }, false],
    ['renamed', { name: 'a' }, { name: 'b' }, false],
  ])('tells of a record that is %s', (_what, before, after, expected) => {
    expect(isEnding(change(before, after))).toBe(expected);
  });
});
