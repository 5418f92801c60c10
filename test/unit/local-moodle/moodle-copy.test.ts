import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { MoodleCopy } from '#local/moodle/copy/moodle-copy.ts';
import { CallStatistics } from '#shared/http/call-statistics.ts';
import { isWriting, type MoodleCaller } from '#shared/moodle/client/caller.ts';
import { everyFunction } from '#shared/moodle/client/required-functions.ts';
import { updateCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses, getCoursesByCategory } from '#shared/moodle/functions/courses.ts';
import { createUsers, getUsersByField, updateUsers } from '#shared/moodle/functions/users.ts';
import { isMadeUp } from '#shared/operate/plan/dry-run-moodle.ts';

const categories = [
  { id: 1, name: 'Law &amp; Order', idnumber: 'oec_dept_1', parent: 0, visible: 1, path: '/1', depth: 1 },
  { id: 2, name: 'Below', idnumber: 'oec_dept_2', parent: 1, visible: 1, path: '/1/2', depth: 2 },
];
const site = {
  ...{ sitename: 'Site', siteurl: 'https://moodle.example', release: '4.5.6', version: '2024100706' },
  ...{ userid: 3, username: 'oec-sync', functions: [] },
};
const ana = { id: 7, username: 'ana', auth: 'manual', email: 'Ana@example.org', suspended: false };

/** A Moodle of two categories and one account; it notes which functions were called. */
function moodle({ sharesEmails = false } = {}): { called: string[]; run: MoodleCopy } {
  const called: string[] = [];
  const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
    core_webservice_get_site_info: () => site,
    core_course_get_categories: () => categories,
    core_course_get_courses_by_field: () => ({ courses: [] }),
    core_user_get_users_by_field: ({ field, values }) => {
      const value = String(field === 'id' ? ana.id : ana[field as 'email']).toLowerCase();
      return (values as unknown[]).some((each) => String(each).toLowerCase() === value) ? [ana] : [];
    },
  };
  const real: MoodleCaller = {
    statistics: new CallStatistics(isWriting),
    call: async (name, args, schema) => {
      called.push(name);
      return schema.parse(answers[name]?.(args));
    },
  };
  const run = new MoodleCopy({
    moodle: real,
    courseOfGroup: async () => undefined,
    sharesEmails,
    auth: 'oidc',
    roles: { student: 5, teacher: 3 },
  });
  return { called, run };
}

describe('the Moodle of a dry run', () => {
  const writing = everyFunction.filter(({ name }) => isWriting(name));

  it.each(writing)('answers $name itself', async ({ name, olderName }) => {
    const { called, run } = moodle();
    for (const each of [name, olderName ?? name]) {
      const error = await run.call(each, {}, z.any()).catch((reason: Error) => reason);
      expect(String(error)).not.toContain('A dry run does not know');
    }
    expect(called.filter(isWriting)).toEqual([]);
  });

  it('refuses a writing function of which it does not know what it would do', async () => {
    const { called, run } = moodle();
    await expect(run.call('core_user_delete_users', {}, z.any())).rejects.toThrow('does not know');
    expect(called).toEqual([]);
  });

  it('refuses what Moodle would, the whole call, and shows later what it has taken', async () => {
    const { run } = moodle();
    const person = { firstname: 'A', lastname: 'B', password: 'By-hand-1!' };
    const free = { ...person, username: 'eve', email: 'eve@example.org', idnumber: 'oec_student_1' };
    const taken = { ...person, username: 'other', email: 'ana@example.org' };
    await expect(createUsers(run, [free, taken])).rejects.toThrow('invalidparameter');
    expect(await getUsersByField(run, 'email', ['eve@example.org'])).toEqual([]);
    const [made] = await createUsers(run, [free]);
    expect(isMadeUp(made!.id)).toBe(true);
    expect(await getUsersByField(run, 'idnumber', ['oec_student_1'])).toMatchObject([{ username: 'eve' }]);
    const { warnings } = await updateUsers(run, [
      { id: 7, email: 'eve@example.org' },
      { id: 8, suspended: true },
    ]);
    expect(warnings.map(({ itemid, warningcode }) => [itemid, warningcode])).toEqual([
      [7, 'useremailduplicate'],
      [8, 'invaliduserid'],
    ]);
    expect(run.writes).toBe(1);
  });

  it('lets accounts share an address where the instance says that Moodle does', async () => {
    const { run } = moodle({ sharesEmails: true });
    const [made] = await createUsers(run, [
      { username: 'eve', firstname: 'A', lastname: 'B', password: 'By-hand-1!', email: ana.email },
    ]);
    expect(await getUsersByField(run, 'email', [ana.email])).toMatchObject([
      { id: ana.id },
      { id: made!.id },
    ]);
  });

  it('keeps categories from being moved below themselves, and names as people read them', async () => {
    const { run } = moodle();
    await expect(updateCategories(run, [{ id: 1, parent: 2 }])).rejects.toThrow('cannotmovecategory');
    await createCourses(run, [
      { fullname: 'Law & Order', shortname: 'L&O', categoryid: 2, idnumber: 'oec_subj_1_course_1' },
    ]);
    expect(await getCoursesByCategory(run, 2)).toMatchObject([{ fullname: 'Law & Order', shortname: 'L&O' }]);
    const again = { fullname: 'Other', shortname: 'l&o', categoryid: 2 };
    await expect(createCourses(run, [again])).rejects.toThrow('shortnametaken');
  });
});
