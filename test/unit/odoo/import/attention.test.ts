import { describe, expect, it } from 'vitest';
import { whyUndecided, withWaiting } from '#shared/odoo/import/attention.ts';
import { type ErpMapping, newErpMapping } from '#shared/odoo/import/mapping.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';
import type { Failure } from '#shared/sync/failure.ts';

function failed(model: ImportedModel, failure: Partial<Failure>, row: Partial<ErpMapping> = {}): ErpMapping {
  const whole: Failure = {
    class: 'dependency',
    code: 'missing',
    reason: 'A reason.',
    advice: 'Advice.',
    ...failure,
  };
  return {
    ...newErpMapping(model, 'x', 'main'),
    status: 'failed',
    attempted_hash: 'hash',
    failure: whole,
    ...row,
  };
}

describe('discarding', () => {
  it('takes along what waits for what is discarded, however far', () => {
    const session = failed('op.exam.session', { class: 'conflict' });
    const exam = failed('op.exam', { waits_for: ['op.exam.session#x'] });
    const line = failed('op.result.line', { waits_for: ['op.exam#x'] });
    const other = failed('op.result.line', { waits_for: ['op.exam#y'] }, { id: 'y' });
    // A line stands before the exam that it waits for.
    const troubled = [line, other, exam, session];
    expect(withWaiting([session], troubled)).toEqual([session, exam, line]);
    expect(withWaiting([line], troubled)).toEqual([line]);
  });

  it('is only for what says something of the record', () => {
    const missing = failed('op.result.line', {});
    expect(whyUndecided(missing)).toBeUndefined();
    expect(whyUndecided({ ...missing, status: 'synced' })).toBe('synced');
    expect(whyUndecided({ ...missing, failure: undefined })).toBe('synced');
    expect(whyUndecided(failed('op.exam', { class: 'unreachable' }))).toBe('erp');
    expect(whyUndecided(failed('op.exam', { class: 'misconfigured' }))).toBe('erp');
    const unreadable = failed('op.exam', { class: 'invalid' }, { attempted_hash: undefined });
    expect(whyUndecided(unreadable)).toBe('unreadable');
  });
});
