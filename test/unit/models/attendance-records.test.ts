import { describe, expect, it } from 'vitest';
import { linksOf } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';

const line = {
  model: 'op.attendance.line',
  id: '3',
  attendance_id: [12, 'AR-AS01'],
  student_id: [26, 'Ana Sample'],
  present: true,
  absent: false,
  excused: false,
  late: false,
  remark: false,
  write_date: '2026-09-07 09:00:00',
};
const pulled = {
  ...line,
  id: 'moodle_main_session_12_student_26',
  attendance_id: 'moodle_main_session_12',
  student_id: 26,
  withdrawn: false,
  moodle_status: 'P',
  taken_at: '2026-09-07T09:00:00.000Z',
};
const read = (item: object) => parseRecord('op.attendance.line', item);
const problemsOf = (model: Parameters<typeof parseRecord>[0], item: object) => {
  const result = parseRecord(model, item);
  return result.ok ? [] : result.problems.map(({ field, rule }) => `${field} ${rule}`);
};

describe('op.attendance.line', () => {
  it('is read as Odoo gives it', () => {
    expect(read(line)).toEqual({
      ok: true,
      record: {
        id: '3',
        sheetId: '12',
        studentId: '26',
        acronym: 'P',
        writtenAt: Date.UTC(2026, 8, 7, 9) / 1000,
        isAsPulled: false,
        active: true,
      },
    });
  });

  it('is read as it was pulled, until the ERP changes the mark or saves it', () => {
    expect(read(pulled)).toMatchObject({ record: { sheetId: 'moodle_main_session_12', isAsPulled: true } });
    const edited = { ...pulled, present: false, late: true };
    expect(read(edited)).toMatchObject({ record: { acronym: 'L', isAsPulled: false } });
    const saved = { ...pulled, write_date: '2026-09-07 09:00:01' };
    expect(read(saved)).toMatchObject({ record: { acronym: 'P', isAsPulled: false } });
  });

  it('that was withdrawn says nothing, until the ERP enters a mark', () => {
    const withdrawn = { ...pulled, present: false, withdrawn: true, moodle_status: false };
    const reading = read(withdrawn);
    expect(reading).toMatchObject({ record: { isAsPulled: true } });
    expect(reading.ok && reading.record.acronym).toBeUndefined();
    expect(read({ ...withdrawn, absent: true })).toMatchObject({
      record: { acronym: 'A', isAsPulled: false },
    });
  });

  it('needs a sheet and a student, and four booleans', () => {
    expect(problemsOf('op.attendance.line', { ...line, attendance_id: false, student_id: '' })).toEqual([
      'attendance_id required',
      'student_id required',
    ]);
    expect(problemsOf('op.attendance.line', { ...line, late: 'yes' })).toEqual(['late unreadable']);
  });

  it('refers to its sheet, whoever made it', () => {
    expect(linksOf('op.attendance.line', line)).toEqual(['op.attendance.sheet#12']);
    expect(linksOf('op.attendance.line', pulled)).toEqual(['op.attendance.sheet#moodle_main_session_12']);
  });
});

describe('op.attendance.sheet', () => {
  const sheet = { id: 12, register_id: [4, 'Physics'], session_id: false, attendance_date: '2026-09-07' };

  it('is read as Odoo gives it', () => {
    expect(parseRecord('op.attendance.sheet', sheet)).toEqual({
      ok: true,
      record: { id: '12', registerId: '4', date: '2026-09-07', state: 'draft', active: true },
    });
  });

  it('needs a register and a date', () => {
    expect(problemsOf('op.attendance.sheet', { id: 12 })).toEqual([
      'attendance_date required',
      'register_id required',
    ]);
  });
});

describe('op.attendance.register', () => {
  it('may have no subject, but has a program', () => {
    const register = { id: '4', course_id: [29, 'BSc'], batch_id: [12, 'Physics 2026'], subject_id: false };
    expect(parseRecord('op.attendance.register', register)).toEqual({
      ok: true,
      record: { id: '4', programId: '29', batchId: '12', active: true },
    });
    expect(linksOf('op.attendance.register', register)).toEqual(['op.course#29', 'op.batch#12']);
    expect(problemsOf('op.attendance.register', { ...register, course_id: false })).toEqual([
      'course_id required',
    ]);
  });
});
