import { describe, expect, it } from 'vitest';
import { laterOf } from '#shared/models/fields/odoo-time.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import { copiedFields, modelsToExport, wantedFields } from '#shared/odoo/calls/erp-models.ts';
import { begun, exportStateSchema, isRunning, secondsSinceExport } from '#shared/odoo/export/export-state.ts';
import { judge } from '#shared/odoo/export/judge.ts';
import { type ModelState, modelStateSchema } from '#shared/odoo/export/model-state.ts';
import { movedTo, readFrom } from '#shared/odoo/export/read-changes.ts';
import { askToSubtract, hasGoneBack, withNothingHeld } from '#shared/odoo/export/subtract.ts';

const now = Date.parse('2026-11-25T08:00:00Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const state = (fields: Partial<ModelState>) => modelStateSchema.parse(fields);

describe('where the next reading begins', () => {
  const watermark = '2026-11-20 07:00:00';

  it('is at the beginning where nothing has been read', () => {
    expect(readFrom(state({}), now)).toBeUndefined();
  });

  it('is before the watermark for as long as a transaction may take, by our clock', () => {
    expect(readFrom(state({ watermark, moved_at: minutesAgo(15) }), now)).toBe('2026-11-20 06:45:00');
  });

  it('is behind the watermark after that, so that a large import is not read for ever', () => {
    expect(readFrom(state({ watermark, moved_at: minutesAgo(16) }), now)).toBe('2026-11-20 07:00:01');
  });

  it('moves with the watermark only, and a reading that was under way is over then', () => {
    const before = state({ watermark, moved_at: minutesAgo(60), pass: { position: 5 } });
    expect(movedTo(before, '2026-11-20 07:30:00', now)).toEqual(
      state({ watermark: '2026-11-20 07:30:00', moved_at: minutesAgo(0) }),
    );
    expect(movedTo(before, watermark, now)).toEqual(state({ watermark, moved_at: minutesAgo(60) }));
    const unchanged = state({ watermark, moved_at: minutesAgo(60) });
    expect(movedTo(unchanged, watermark, now)).toBe(unchanged);
  });

  it('knows the later of two dates, whatever else stands there', () => {
    expect(laterOf('2026-11-20 07:00:00', '2026-11-20 06:59:59')).toBe('2026-11-20 07:00:00');
    expect(laterOf(false, '2026-11-20 06:59:59')).toBe('2026-11-20 06:59:59');
    expect(laterOf('2026-11-20 07:00:00', 'yesterday')).toBe('2026-11-20 07:00:00');
    expect(laterOf(undefined, false)).toBeUndefined();
  });
});

describe('a row of the ERP', () => {
  const dates = { create_date: '2026-09-01 08:00:00', write_date: '2026-09-02 08:00:00' };
  const item = { model: 'op.student', id: '7', last_name: 'Sample', ...dates };
  const verdict = (row: object, isAccepted = false) => judge(item, { ...item, ...row }, isAccepted).verdict;

  it('is new where there is no item', () => {
    expect(judge(undefined, item, false).verdict).toBe('new');
  });

  it('is the same whatever the link has put on the item', () => {
    const stamped = { ...item, moodle_completion: { main: {} }, sync_stamp: 'a', connector_no_export: true };
    expect(judge(stamped, item, false)).toEqual({ verdict: 'same', item: stamped });
  });

  it('has changed with the same date, as by its contact, or a later one', () => {
    expect(verdict({ last_name: 'Other' })).toBe('changed');
    expect(verdict({ write_date: '2026-09-03 08:00:00' })).toBe('changed');
  });

  it('is older where its date is, unless the operator has accepted that', () => {
    expect(verdict({ last_name: 'Other', write_date: '2026-09-01 08:00:00' })).toBe('older');
    expect(verdict({ last_name: 'Other', write_date: '2026-09-01 08:00:00' }, true)).toBe('changed');
  });

  it('is another record where it was created at another time, which takes over nothing of the former', () => {
    const stamped = { ...item, moodle_completion: { main: {} } };
    const other = { ...item, create_date: '2026-09-05 08:00:00', write_date: '2026-09-05 08:00:00' };
    expect(judge(stamped, other, false).verdict).toBe('replaced');
    expect(judge(stamped, other, true)).toEqual({ verdict: 'changed', item: other });
  });

  it('is the same record as one that the ERP wrote by itself, without the date', () => {
    const { create_date: _date, ...without } = item;
    expect(judge(without, item, false).verdict).toBe('changed');
  });
});

describe('what is gone', () => {
  const gone = (count: number, of: number, newer = 0) => ({ ids: [], count, of, newer });
  const ask = (fields: Partial<ModelState>, isBack = false) => {
    const asked = state(fields);
    return askToSubtract(asked, asked.gone!.count, isBack, now);
  };

  it('may be deleted up to a tenth, and up to 20 of a small model, in an hour', () => {
    expect(ask({ gone: gone(20, 50) }).allowed).toBe(true);
    expect(ask({ gone: gone(21, 50) }).allowed).toBe(false);
    expect(ask({ gone: gone(100, 1_000) }).allowed).toBe(true);
    const { state: after } = ask({ gone: gone(60, 1_000) });
    expect(askToSubtract(after, 41, false, now + 60_000).allowed).toBe(false);
  });

  it('is never all that there is, nor anything where the ERP has gone back in time', () => {
    expect(ask({ gone: gone(3, 3) }).allowed).toBe(false);
    const { allowed, state: after } = ask({ gone: gone(1, 1_000) }, true);
    expect(allowed).toBe(false);
    expect(after.brake.engaged_at).toBe(minutesAgo(0));
  });

  it('is deleted in any case on the word of the operator', () => {
    const brake = { count: 0, engaged_at: minutesAgo(30), released_until: minutesAgo(-60) };
    expect(ask({ gone: gone(3, 3), brake }).allowed).toBe(true);
    expect(ask({ gone: gone(900, 1_000), brake }, true).allowed).toBe(true);
  });

  it('is held no longer once it is back', () => {
    const held = state({ brake: { count: 5, engaged_at: minutesAgo(30) } });
    expect(withNothingHeld(held).brake).toEqual({ count: 5, engaged_at: undefined });
    const stillGone = { ...held, gone: gone(30, 100) };
    expect(withNothingHeld(stillGone)).toBe(stillGone);
  });

  it('shows that the ERP has gone back where it is what was saved last, in several models', () => {
    const of = (student: Partial<ModelState>, enrolment: Partial<ModelState>) =>
      hasGoneBack(
        new Map([['op.student', state(student)] as const, ['op.student.course', state(enrolment)] as const]),
      );
    expect(of({ gone: gone(2, 90, 2) }, { gone: gone(3, 90, 3) })).toBe(true);
    // A student who was entered by mistake, and deleted with the enrolment.
    expect(of({ gone: gone(1, 90, 1) }, { gone: gone(1, 90, 1) })).toBe(false);
    expect(of({ gone: gone(9, 90, 0) }, { gone: gone(9, 90, 9) })).toBe(false);
    expect(of({ older: { count: 1, ids: ['4'] } }, {})).toBe(true);
    expect(of({}, { replaced: { count: 1, ids: ['4'] } })).toBe(true);
    expect(of({}, {})).toBe(false);
  });
});

describe('a run', () => {
  const request = { holder: 'one', milliseconds: 300_000, isComparing: false };
  const first = begun(exportStateSchema.parse({}), request, now);

  it('begins with a lease for as long as it can last', () => {
    expect(first.lease).toEqual({ holder: 'one', until: minutesAgo(-5) });
    expect(isRunning(first, now + 299_999)).toBe(true);
    expect(isRunning(first, now + 300_000)).toBe(false);
  });

  it('leaves another one alone, but for what it was to do', () => {
    const other = { ...request, holder: 'two' };
    expect(begun(first, other, now + 1_000)).toBe(first);
    const wanting = begun(first, { ...other, isComparing: true }, now + 1_000);
    expect(wanting).toEqual({ ...first, comparing_since: new Date(now + 1_000).toISOString() });
    expect(begun(first, other, now + 300_000).lease?.holder).toBe('two');
  });

  it('is as old as the last success, or as the first run where there was none', () => {
    expect(secondsSinceExport(exportStateSchema.parse({}), now)).toBe(0);
    expect(secondsSinceExport(first, now + 60_000)).toBe(60);
    expect(secondsSinceExport({ ...first, last_success: minutesAgo(0) }, now + 5_000)).toBe(5);
  });
});

describe('parents', () => {
  it('are exported where an active Moodle gives them a role', () => {
    const moodle = { status: 'active', sync_attendance_from: 'moodle' } as const;
    const [without, given] = [
      { student: 5, teacher: 3 },
      { student: 5, teacher: 3, parent: 9 },
    ];
    expect(modelsToExport([{ ...moodle, role_ids: without }])).not.toContain('op.parent');
    expect(modelsToExport([{ ...moodle, status: 'paused', role_ids: given }])).not.toContain('op.parent');
    expect(modelsToExport([{ ...moodle, role_ids: given }])).toContain('op.parent');
  });
});

describe('attendance', () => {
  it('is exported where an active Moodle takes it from the ERP', () => {
    const moodle = {
      status: 'active',
      sync_attendance_from: 'moodle',
      role_ids: { student: 5, teacher: 3 },
    } as const;
    expect(modelsToExport([moodle])).not.toContain('op.attendance.line');
    expect(modelsToExport([{ ...moodle, status: 'paused', sync_attendance_from: 'oec' }])).not.toContain(
      'op.attendance.line',
    );
    expect(modelsToExport([moodle, { ...moodle, sync_attendance_from: 'both' }])).toContain(
      'op.attendance.line',
    );
  });
});

describe('terms', () => {
  const moodle = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });

  it.each([
    ['no Moodle that has to do with them', {}, false],
    ['courses for batches', { course_per: 'batch' }, false],
    ['courses for terms', { course_per: 'term' }, true],
    ['courses for terms of before', { course_per: 'program' }, true],
    ['enrolments that end with one', { enrolment_period: { end: '{term.term_end_date?}' } }, true],
    ['a disabled one', { status: 'disabled', course_per: 'term' }, false],
  ])('are read for %s: %j', (_what, settings, expected) => {
    const instances = [instanceSchema.parse({ ...moodle, ...settings })];
    expect(modelsToExport(instances).includes('op.academic.term')).toBe(expected);
    const copied = copiedFields('op.student.course', wantedFields(instances).get('op.student.course'));
    expect(copied.includes('academic_term_id')).toBe(expected);
  });
});

describe('telephone numbers', () => {
  const moodle = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
  const owned: Instance = { ...moodle, field_ownership: { 'user.phone1': 'erp' } };

  it.each([
    ['no Moodle', [], false],
    ['one that has its own', [moodle], false],
    ['one that gets them, also while it is paused', [moodle, { ...owned, status: 'paused' as const }], true],
    ['a disabled one that would get them', [{ ...owned, status: 'disabled' as const }], false],
  ])('are copied for %s: %s', (_what, instances, expected) => {
    expect(copiedFields('op.student', wantedFields(instances).get('op.student')).includes('phone')).toBe(
      expected,
    );
  });
});
