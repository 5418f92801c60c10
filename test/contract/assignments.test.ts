import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { getAssignmentGrades, getAssignments } from '#shared/moodle/functions/assignments.ts';
import { warningsSchema } from '#shared/moodle/warnings.ts';
import { makeCourse, nowhere, refusal } from './makers.ts';
import { usePeer } from './peer.ts';
import { usePreparedCourse } from './prepared-course.ts';

const peer = usePeer();
const warningsOf = async (moodleFunction: string, parameters: object) =>
  (await peer.client.call(moodleFunction, { ...parameters }, warningsSchema)).warnings;

describe('assignments', () => {
  it('of a course that is not there are a warning, and the others come', async () => {
    const course = await makeCourse(peer.client);
    expect(await getAssignments(peer.client, [nowhere, course])).toEqual({
      assignments: [],
      warnings: [{ item: 'course', itemid: nowhere, warningcode: '1' }],
    });
  });

  it("are refused with a warning where the token's user is not enrolled, unless asked for", async () => {
    const course = await makeCourse(peer.client);
    expect(await warningsOf('mod_assign_get_assignments', { courseids: [course] })).toEqual([
      { item: 'course', itemid: course, warningcode: '2' },
    ]);
  });

  it('that are not there have no grades', async () => {
    expect(await warningsOf('mod_assign_get_grades', { assignmentids: [nowhere] })).toEqual([
      { item: 'assignment', itemid: nowhere, warningcode: '3' },
    ]);
    expect(await getAssignmentGrades(peer.client, [nowhere])).toEqual({ assignments: [], warnings: [] });
  });

  it('must be named to have their grades', async () => {
    const call = peer.client.call('mod_assign_get_grades', { since: 0 }, z.unknown());
    expect(await refusal(call)).toBe('invalidparameter');
  });
});

describe('assignments of a course with grades', () => {
  const prepared = usePreparedCourse(peer);
  const gradesSince = async (since?: number) => {
    const { assignments } = await getAssignmentGrades(peer.client, [prepared.assignment.id], since);
    return assignments[0]?.grades ?? [];
  };

  it('are listed with the highest grade, negative for a scale', async () => {
    const { assignments } = await getAssignments(peer.client, [prepared.course]);
    expect(assignments.find(({ id }) => id === prepared.assignment.id)).toEqual({
      id: prepared.assignment.id,
      cmid: prepared.assignment.cmid,
      course: prepared.course,
      name: 'Assignment',
      grade: 100,
      allowsubmissionsfromdate: expect.any(Number),
      duedate: expect.any(Number),
    });
    expect(assignments.find(({ id }) => id === prepared.scaled.id)?.grade).toBeLessThan(0);
  });

  it('have grades, null where one was taken back, also of people who are suspended', async () => {
    const { graded, takenBack, suspendedAccount, suspendedEnrolment } = prepared.users;
    const grades = new Map((await gradesSince()).map(({ userid, grade }) => [userid, grade]));
    expect(grades).toEqual(
      new Map([
        [graded, 77.5],
        [takenBack, null],
        [suspendedAccount, 50],
        [suspendedEnrolment, 40],
      ]),
    );
  });

  it('have only those grades that changed at a time or later', async () => {
    const all = await gradesSince();
    const last = Math.max(...all.map(({ timemodified }) => timemodified));
    expect((await gradesSince(last)).map(({ userid }) => userid)).toEqual([prepared.users.takenBack]);
    expect(await gradesSince(last + 1)).toEqual([]);
  });

  it('do not show what was typed into the gradebook', async () => {
    const { overridden, untouched, scaled } = prepared;
    const ids = [overridden.id, untouched.id, scaled.id];
    const { assignments } = await getAssignmentGrades(peer.client, ids);
    expect(assignments.map(({ assignmentid }) => assignmentid)).toEqual([scaled.id]);
  });
});
