import { describe, expect, it } from 'vitest';
import { getQuizBestGrade, getQuizzes } from '#shared/moodle/functions/quizzes.ts';
import { makeCourse, nowhere, refusal } from './makers.ts';
import { usePeer } from './peer.ts';
import { usePreparedCourse } from './prepared-course.ts';

const peer = usePeer();

describe('quizzes', () => {
  it('of a course that is not there are a warning, and the others come', async () => {
    const course = await makeCourse(peer.client);
    expect(await getQuizzes(peer.client, [nowhere, course])).toEqual({
      quizzes: [],
      warnings: [{ item: 'course', itemid: nowhere, warningcode: '1' }],
    });
  });

  it('that are not there have no best grade', async () => {
    expect(await refusal(getQuizBestGrade(peer.client, nowhere, 2))).toBe('invalidrecord');
  });
});

describe('quizzes of a course with grades', () => {
  const prepared = usePreparedCourse(peer);
  const best = (userid: number) => getQuizBestGrade(peer.client, prepared.quiz.id, userid);

  it('are listed with the highest grade', async () => {
    const { quizzes } = await getQuizzes(peer.client, [prepared.course]);
    expect(quizzes).toEqual([
      {
        id: prepared.quiz.id,
        coursemodule: prepared.quiz.cmid,
        course: prepared.course,
        name: 'Quiz & A',
        grade: 10,
        timeopen: expect.any(Number),
        timeclose: expect.any(Number),
      },
    ]);
  });

  it('have the best grade of all attempts, and the pass mark', async () => {
    expect(await best(prepared.users.graded)).toEqual({ grade: 10, gradetopass: 5 });
  });

  it('have none of those who have not tried', async () => {
    expect(await best(prepared.users.ungraded)).toEqual({ grade: null, gradetopass: 5 });
    expect(await best(prepared.teacher)).toEqual({ grade: null, gradetopass: 5 });
  });

  it('have the grades of people who are suspended', async () => {
    expect((await best(prepared.users.suspendedAccount)).grade).toBe(5);
    expect((await best(prepared.users.suspendedEnrolment)).grade).toBe(5);
  });

  it('have none of somebody unknown', async () => {
    expect(await refusal(best(nowhere))).toBe('invaliduser');
  });
});
