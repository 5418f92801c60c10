import { describe, expect, it } from 'vitest';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { getGradeItems } from '#shared/moodle/functions/grade-items.ts';
import { usePeer } from './peer.ts';
import { useHiddenCourse } from './prepared-course.ts';

const peer = usePeer();

describe('the grade report of a course in which much is hidden', () => {
  const prepared = useHiddenCourse(peer);
  const cell = async (userid: number, name: string) => {
    const users = await getGradeItems(peer.client, prepared.course);
    return users.find((user) => user.userid === userid)?.gradeitems.find(({ itemname }) => itemname === name);
  };

  it('has no grade while it is not released, or nobody knows whose the work is', async () => {
    const { graded, other } = prepared.users;
    expect(await cell(graded, 'Workflow')).toMatchObject({ graderaw: null, gradeishidden: false });
    expect(await cell(other, 'Workflow')).toMatchObject({ graderaw: 35 });
    expect(await cell(graded, 'Blind')).toMatchObject({ graderaw: null });
  });

  it('says of a single grade, a column and a column until a date that they are hidden', async () => {
    const { graded, other } = prepared.users;
    expect(await cell(graded, 'Single')).toMatchObject({ graderaw: 91, gradeishidden: true });
    expect(await cell(other, 'Single')).toMatchObject({ graderaw: 58, gradeishidden: false });
    expect(await cell(graded, 'Until')).toMatchObject({ graderaw: 55, gradeishidden: true });
  });

  it('says it of a category, and not of what was added to it later', async () => {
    const [user] = await getGradeItems(peer.client, prepared.course, { userid: prepared.users.graded });
    const items = user?.gradeitems ?? [];
    const total = items.find(({ itemtype }) => itemtype === 'category');
    expect(total?.gradeishidden).toBe(true);
    const inside = items.filter(({ categoryid }) => categoryid === total?.iteminstance);
    expect(inside.map(({ itemname, gradeishidden }) => [itemname, gradeishidden])).toEqual([
      ['Before', true],
      ['Later', false],
    ]);
  });

  it('does not say it of an activity that was made hidden: the course page does', async () => {
    expect(await cell(prepared.users.graded, 'Draft')).toMatchObject({ graderaw: 66, gradeishidden: false });
    const modules = await getCourseModules(peer.client, prepared.course);
    const visible = modules.map(({ name, visible: shown }) => [name, shown]);
    expect(visible).toContainEqual(['Draft', 0]);
    expect(visible).toContainEqual(['Workflow', 1]);
  });

  it('says who passes, with a column of words that are digits', async () => {
    const { graded, other } = prepared.users;
    expect(await cell(graded, 'Passing')).toMatchObject({ graderaw: 4.95, passed: false });
    expect(await cell(other, 'Passing')).toMatchObject({ graderaw: 5, passed: true });
    expect(await cell(graded, 'Single')).toMatchObject({ passed: null });
    const scale = { gradetype: 'scale', range: [-3, 12] };
    expect(await cell(graded, 'Danish')).toMatchObject({ ...scale, graderaw: 7, shown: 12 });
    expect(await cell(other, 'Danish')).toMatchObject({ ...scale, graderaw: 3, shown: 2 });
  });

  it('has rows of whoever is graded, and none of whoever was unenrolled and came back', async () => {
    const { graded, back } = prepared.users;
    expect(await cell(graded, 'Blind')).toMatchObject({ graderaw: null, hasRow: true });
    const users = await getGradeItems(peer.client, prepared.course);
    const items = users.find(({ userid }) => userid === back)?.gradeitems ?? [];
    expect(items.length).toBeGreaterThan(0);
    expect(items.every(({ graderaw, hasRow }) => graderaw === null && !hasRow)).toBe(true);
  });

  it('is of a course that tells whether it shows its gradebook', async () => {
    const [course] = await getCoursesByIds(peer.client, [prepared.course]);
    expect(course).toMatchObject({ showgrades: 1, visible: 1 });
  });
});
