import { describe, expect, it } from 'vitest';
import { changedMarks, digestOf, markHash, marksIn } from '#shared/services/attendance/marks.ts';
import { attendanceSession } from './session.ts';

const present = { acronym: 'P', remark: '' } as const;
const takenBack = { acronym: undefined, remark: '' };

describe('the marks in a session', () => {
  it('are those with one of the four statuses and those without any; others are counted', () => {
    const session = attendanceSession({
      statuses: [
        { id: 1, acronym: 'P', description: 'Present', grade: 2 },
        { id: 5, acronym: 'O', description: 'Online', grade: 1 },
      ],
      attendance_log: [
        { studentid: 10, statusid: 1, remarks: 'early' },
        { studentid: 11, statusid: 5, remarks: '' },
        { studentid: 12, statusid: 99, remarks: '' },
        { studentid: 13, statusid: null, remarks: 'ill?' },
      ],
    });
    expect(marksIn(session)).toEqual({
      marks: new Map([
        [10, { acronym: 'P', remark: 'early' }],
        [13, { acronym: undefined, remark: 'ill?' }],
      ]),
      skipped: 2,
    });
  });
});

describe('a mark has changed', () => {
  it('where it is new or another one', () => {
    expect(changedMarks(new Map([[10, present]]), {})).toEqual([
      { userid: 10, ...present, hash: markHash(present) },
    ]);
    expect(
      changedMarks(new Map([[10, present]]), { 10: markHash({ ...present, remark: 'x' }) }),
    ).toHaveLength(1);
    expect(changedMarks(new Map([[10, present]]), { 10: markHash(present) })).toEqual([]);
  });

  it('where it was taken back, once, and not where there never was one', () => {
    expect(changedMarks(new Map([[10, takenBack]]), { 10: markHash(present) })).toHaveLength(1);
    expect(changedMarks(new Map([[10, takenBack]]), { 10: markHash(takenBack) })).toEqual([]);
    expect(changedMarks(new Map([[10, takenBack]]), {})).toEqual([]);
  });

  it('not where the student is missing from the session', () => {
    expect(changedMarks(new Map(), { 10: markHash(present) })).toEqual([]);
  });
});

describe('the digest of a course', () => {
  const log = [
    { studentid: 10, statusid: 1, remarks: '' },
    { studentid: 11, statusid: 2, remarks: '' },
  ];
  const digest = (changes: Parameters<typeof attendanceSession>[0] = {}) =>
    digestOf([attendanceSession({ attendance_log: log, ...changes })]);

  it('is the same whenever attendance was taken, in whatever order Moodle answers', () => {
    expect(digest({ lasttaken: 5, attendance_log: log.toReversed() })).toBe(digest());
  });

  it('is another one with another status or remark, and where a status got another acronym', () => {
    const [first, second] = log as [(typeof log)[0], (typeof log)[0]];
    const others = [
      digest({ attendance_log: [first, { ...second, statusid: 1 }] }),
      digest({ attendance_log: [first, { ...second, remarks: 'x' }] }),
      digest({ statuses: [{ id: 1, acronym: 'X', description: '', grade: 1 }] }),
    ];
    expect(new Set([digest(), ...others]).size).toBe(4);
  });
});
