import { describe, expect, it } from 'vitest';
import { getQuizPassMark } from '#shared/moodle/functions/quizzes.ts';
import { isMissing, nowhere, refusal } from './makers.ts';
import { usePeer } from './peer.ts';
import { usePreparedCourse } from './prepared-course.ts';

const peer = usePeer();

describe('quizzes', () => {
  it('that are not there have no pass mark', async () => {
    expect(await refusal(getQuizPassMark(peer.client, nowhere, 2))).toSatisfy(isMissing);
  });
});

describe('quizzes of a course with grades', () => {
  const prepared = usePreparedCourse(peer);
  const passMark = (userid: number) => getQuizPassMark(peer.client, prepared.quiz.id, userid);

  it('tell their pass mark, whoever is asked about', async () => {
    const { graded, ungraded, suspendedAccount, suspendedEnrolment } = prepared.users;
    for (const userid of [graded, ungraded, suspendedAccount, suspendedEnrolment, prepared.teacher])
      expect(await passMark(userid)).toBe(5);
  });

  it('tell nothing about somebody unknown', async () => {
    expect(await refusal(passMark(nowhere))).toSatisfy(isMissing);
  });
});
