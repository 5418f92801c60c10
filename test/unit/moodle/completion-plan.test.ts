import { describe, expect, it } from 'vitest';
import {
  type EnrolledStudent,
  enrolledStudents,
  lastDailyHour,
  studentToAsk,
} from '#shared/moodle/completion/completion-plan.ts';
import type { MappingPages } from '#shared/moodle/mappings/mapping.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';

const [maths, physics, law] = ['oec_subj_1_course_1', 'oec_subj_2_course_1', 'oec_subj_3_course_2'];
const now = Date.parse('2026-11-24T12:50:00Z');

describe('lastDailyHour', () => {
  it.each([
    ['12', '2026-11-24T12:00:00.000Z'],
    ['36', '2026-11-24T12:00:00.000Z'],
    ['13', '2026-11-23T13:00:00.000Z'],
    ['24', '2026-11-24T00:00:00.000Z'],
  ])('of student %s began at %s', (id, hour) => {
    expect(new Date(lastDailyHour(id, now)).toISOString()).toBe(hour);
  });
});

describe('studentToAsk', () => {
  const lastLook = { digest: 'abc', completed: [], at: '2026-11-24T11:50:00.000Z' };
  /** The daily look of student 9 was at 09:00. */
  const student: EnrolledStudent = { id: '9', moodleId: 90, courses: [maths, physics], lastLook };
  const withCriteria = new Map([
    [maths, false],
    [physics, false],
  ]);
  const asked = { id: '9', moodle_id: 90, digest: 'abc' };
  const lookedAt = { id: '9', moodle_id: 90 };

  it('asks of a student what has changed since the last look', () => {
    expect(studentToAsk(student, withCriteria, now)).toEqual(asked);
  });

  it('leaves out who is in no course, or in none that is in use', () => {
    expect(studentToAsk({ ...student, courses: [] }, withCriteria, now)).toBeUndefined();
    expect(studentToAsk({ ...student, courses: [law] }, withCriteria, now)).toBeUndefined();
  });

  it('looks at everybody once, whatever is remembered', () => {
    const none = new Map([[maths, true]]);
    expect(studentToAsk({ ...student, lastLook: undefined }, none, now)).toEqual(lookedAt);
  });

  it.each([
    ['all are completed', withCriteria, [maths, physics], undefined],
    ['none has criteria', new Map([maths, physics].map((course) => [course, true])), [], undefined],
    [
      'one is completed and the other has no criteria',
      new Map([[maths, false]]).set(physics, true),
      [maths],
      undefined,
    ],
    ['one is not completed', withCriteria, [maths], asked],
    ['one is new', withCriteria, [physics, law], asked],
  ])('of two courses where %s', (_what, lacksCriteria, completed, expected) => {
    expect(studentToAsk({ ...student, lastLook: { ...lastLook, completed } }, lacksCriteria, now)).toEqual(
      expected,
    );
  });

  it('looks at everybody again in an hour of the day of their own', () => {
    const done = { ...lastLook, completed: [maths, physics], at: '2026-11-23T12:50:00.000Z' };
    const ids = Array.from({ length: 24 }, (_, index) => String(index + 1));
    const due = ids.filter((id) => studentToAsk({ ...student, id, lastLook: done }, withCriteria, now));
    const dueInAnHour = ids.filter((id) =>
      studentToAsk(
        { ...student, id, lastLook: { ...done, at: '2026-11-24T11:50:00.000Z' } },
        withCriteria,
        now,
      ),
    );
    expect({ due: due.length, dueInAnHour }).toEqual({ due: 24, dueInAnHour: ['12'] });
  });
});

describe('enrolledStudents', () => {
  const account = (id: string): Mapping => ({
    ...newMapping('demo', `oec_student_${id}`, 'students', { model: 'op.student', id }),
    moodle_id: Number(id) * 10,
  });
  const enrolments = (id: string, states: Record<string, string>, more: object = {}): Mapping => ({
    ...newMapping('demo', `oec_student_${id}@enrolments`, 'enrolments', { model: 'op.student', id }),
    extra_data: {
      courses: Object.fromEntries(
        Object.entries(states).map(([course, state]) => [course, { state, groups: {} }]),
      ),
    },
    ...more,
  });

  it('joins accounts and courses, with other students between them and on another page', async () => {
    const lastLook = { digest: 'abc', completed: [maths], at: '2026-11-24T11:50:00.000Z' };
    const rows = [
      account('5'),
      account('50'),
      enrolments('50', { [maths]: 'active' }),
      account('51'),
      enrolments('52', { [maths]: 'active' }),
      enrolments(
        '5',
        { [maths]: 'active', [physics]: 'suspended', [law]: 'pending' },
        { pull_completion: lastLook },
      ),
    ];
    const mappings: MappingPages = {
      page: async (_instance, { after = '0' }) => {
        const next = Number(after) + 2;
        return {
          mappings: rows.slice(Number(after), next),
          after: next < rows.length ? String(next) : undefined,
        };
      },
    };
    const found: EnrolledStudent[] = [];
    for await (const student of enrolledStudents('demo', mappings)) found.push(student);
    expect(found).toEqual([
      { id: '50', moodleId: 500, courses: [maths], lastLook: undefined },
      { id: '5', moodleId: 50, courses: [maths], lastLook },
    ]);
  });
});
