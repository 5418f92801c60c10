import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { isMissing, makeCourse, nowhere, refusal } from './makers.ts';
import { usePeer } from './peer.ts';
import { usePreparedCourse } from './prepared-course.ts';

const peer = usePeer();

describe('the contents of a course', () => {
  it('are its announcements when it is new', async () => {
    const course = await makeCourse(peer.client);
    expect((await getCourseModules(peer.client, course)).map(({ modname }) => modname)).toEqual(['forum']);
    expect(await getCourseModules(peer.client, course, { modname: 'attendance' })).toEqual([]);
  });

  it('are refused where the course is not there', async () => {
    expect(await refusal(getCourseModules(peer.client, nowhere))).toSatisfy(isMissing);
  });

  it('are refused with an option that Moodle does not know', async () => {
    const course = await makeCourse(peer.client);
    const contents = (options: { name: string; value: string }[]) =>
      refusal(peer.client.call('core_course_get_contents', { courseid: course, options }, z.unknown()));
    expect(await contents([{ name: 'colour', value: 'red' }])).toBe('errorinvalidparam');
    expect(await contents([{ name: 'modname', value: 'quiz!' }])).toBe('errorinvalidparam');
  });
});

describe('the contents of a course with activities', () => {
  const prepared = usePreparedCourse(peer);

  it('name each with both ids', async () => {
    const modules = await getCourseModules(peer.client, prepared.course);
    expect(modules).toContainEqual({
      id: prepared.quiz.cmid,
      dates: { opens: expect.any(Number), closes: expect.any(Number) },
      modname: 'quiz',
      instance: prepared.quiz.id,
      name: 'Quiz & A',
      visible: 1,
    });
    const { assignment, attendance } = prepared;
    expect(modules).toContainEqual(
      expect.objectContaining({ id: assignment.cmid, instance: assignment.id, modname: 'assign' }),
    );
    expect(modules).toContainEqual(
      expect.objectContaining({ id: attendance.cmid, instance: attendance.id, modname: 'attendance' }),
    );
  });

  it('can be had of one kind', async () => {
    const modules = await getCourseModules(peer.client, prepared.course, { modname: 'attendance' });
    expect(modules.map(({ instance }) => instance)).toEqual([prepared.attendance.id]);
  });
});
