import { describe, expect, it } from 'vitest';
import { changedMarks, digestOf, markHash, marksIn } from '#shared/moodle/attendance/pull/marks.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { attendanceSession } from './session.ts';

const present = { acronym: 'P', remark: '' } as const;
const takenBack = { acronym: undefined, remark: '' };

describe('the marks in a session', () => {
  it('are those of which it can be told what they mean and those without a status; others are counted', () => {
    const context = attendanceSession({
      attendance_log: [
        { studentid: 10, statusid: 1, remarks: 'early' },
        { studentid: 11, statusid: 5, remarks: '' },
        { studentid: 12, statusid: 99, remarks: '' },
        { studentid: 13, statusid: null, remarks: 'ill?' },
        { studentid: 14, statusid: 7, remarks: '' },
      ],
    });
    const meanings = new Map([
      [1, 'P'],
      [7, 'none'],
    ] as const);
    expect(marksIn(context, (id) => meanings.get(id as 1 | 7))).toEqual({
      marks: new Map([
        [10, { acronym: 'P', remark: 'early' }],
        [13, { acronym: undefined, remark: 'ill?' }],
        [14, { acronym: undefined, remark: '' }],
      ]),
      untold: [5, 99],
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

const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });

describe('the digest of a course', () => {
  const log = [
    { studentid: 10, statusid: 1, remarks: '' },
    { studentid: 11, statusid: 2, remarks: '' },
  ];
  const digest = (changes: Parameters<typeof attendanceSession>[0] = {}) =>
    digestOf([attendanceSession({ attendance_log: log, ...changes })], instance);

  it('is the same whenever attendance was taken, in whatever order Moodle answers', () => {
    expect(digest({ lasttaken: 5, attendance_log: log.toReversed() })).toBe(digest());
  });

  it('is another one with another status or remark, on another day, and where a status or its meaning is another', () => {
    const [first, second] = log as [(typeof log)[0], (typeof log)[0]];
    const others = [
      digest({ attendance_log: [first, { ...second, statusid: 1 }] }),
      digest({ attendance_log: [first, { ...second, remarks: 'x' }] }),
      digest({ statuses: [{ id: 1, acronym: 'X', description: '', grade: 1 }] }),
      digest({ sessdate: 86_400 }),
      digestOf([attendanceSession({ attendance_log: log })], {
        ...instance,
        attendance_statuses: { ...instance.attendance_statuses, late: ['X'] },
      }),
    ];
    expect(new Set([digest(), ...others]).size).toBe(6);
  });
});
