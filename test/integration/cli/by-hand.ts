import type { Random } from '#local/demo/random.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses, updateCourses } from '#shared/moodle/functions/courses.ts';
import { unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { createUsers, type NewUser, updateUsers } from '#shared/moodle/functions/users.ts';
import type { Item } from '#shared/store/documents.ts';
import type { Site } from '../site.ts';

/** Accounts as somebody may have made them by hand for people who are to come: of three, one has something of theirs. */
export async function prepareAccounts({ client }: Site, people: Item[], random: Random): Promise<void> {
  const users = people.flatMap((person, index): NewUser[] => {
    const email = String(person.email);
    const account = { firstname: 'Made', lastname: 'By-hand', password: 'By-hand-1!' };
    switch (random.below(6)) {
      case 0:
        return [{ ...account, username: `hand${index}`, email: email.toUpperCase() }];
      case 1:
        return [{ ...account, username: email.toLowerCase(), email: `hand${index}@example.net` }];
      case 2:
        return [{ ...account, username: `hand${index}`, email, idnumber: `old-${index}` }];
      default:
        return [];
    }
  });
  await createUsers(client, users);
}

/** Courses of somebody else's with short names that the ERP's may want. */
export async function prepareCourses({ client, moodle }: Site, shortnames: string[]): Promise<void> {
  const free = shortnames.filter((shortname) => !moodle.siteState.courseByShortname(shortname));
  const [category] = await createCategories(client, [{ name: 'By hand' }]);
  const courses = free.map((shortname) => ({
    fullname: 'By hand',
    shortname,
    categoryid: category!.id,
  }));
  await createCourses(client, courses);
}

/**
 * What people do in Moodle that nobody tells the ERP of. Nothing is deleted: what becomes of the enrolments in a course
 * that is gone depends on which of the workers finds it out first, and no plan can know that.
 *
 * @returns idnumbers of what they have done it to
 */
export async function meddle({ client, moodle }: Site, random: Random): Promise<string[]> {
  const { siteState: state } = moodle;
  const ours = <Row extends { idnumber: string }>(rows: readonly Row[]) =>
    rows.filter(({ idnumber }) => idnumber.startsWith('oec_'));
  const users = ours(state.users.all());
  const courses = ours(state.courses.all());
  const places = state.enrolments.all();
  const touched: string[] = [];
  if (users.length > 0) {
    const [suspended, renamed] = [random.pick(users), random.pick(users)];
    await updateUsers(client, [
      { id: suspended.id, suspended: true },
      { id: renamed.id, lastname: 'Married' },
    ]);
    touched.push(suspended.idnumber, renamed.idnumber);
  }
  if (courses.length > 0) {
    const { id, idnumber } = random.pick(courses);
    await updateCourses(client, [{ id, visible: 0 }]);
    touched.push(idnumber);
  }
  if (places.length > 0) {
    const { userid, courseid } = random.pick(places);
    await unenrolUsers(client, [{ userid, courseid }]);
    touched.push(state.users.get(userid)!.idnumber);
  }
  return touched;
}
