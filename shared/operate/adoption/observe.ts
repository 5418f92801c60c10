import { comparableEmail } from '#shared/models/fields/email.ts';
import { isProtectedAccount } from '#shared/moodle/accounts/account-finder.ts';
import type { Category } from '#shared/moodle/functions/categories.ts';
import type { Course } from '#shared/moodle/functions/courses.ts';
import type { Group } from '#shared/moodle/functions/groups.ts';
import type { MoodleUser } from '#shared/moodle/functions/users.ts';
import type { Inventory } from '#shared/moodle/inventory/inventory.ts';
import { fieldsOf } from '#shared/moodle/inventory/observed.ts';
import type { Observed } from './kinds.ts';

/** Nothing of it is for those alone who ask for details, and it may become a record's. */
const plain = { detail: '', isProtected: false };

/** A category, by its place in the tree as far as the categories above it were read. */
export function observedCategory(
  category: Category,
  { categories }: Pick<Inventory, 'categories'>,
): Observed {
  const { id, idnumber } = category;
  const names = pathTo(category).map((each) => categories.get(each)?.name);
  return {
    ...plain,
    kind: 'category',
    id,
    idnumber,
    label: names.join(' / '),
    fields: fieldsOf.category(category),
  };
}

/** The ids of the categories from the top down to this one. */
export function pathTo(category: Category | undefined): number[] {
  return category?.path.split('/').filter(Boolean).map(Number) ?? [];
}

export function observedCourse(course: Course): Observed {
  const { id, idnumber, fullname, shortname } = course;
  const label = `${fullname} (${shortname})`;
  return { ...plain, kind: 'course', id, idnumber, label, fields: fieldsOf.course(course) };
}

export function observedGroup(group: Group): Observed {
  const { id, idnumber, name } = group;
  return { ...plain, kind: 'group', id, idnumber, label: name, fields: fieldsOf.group(group) };
}

export function observedAccount(user: MoodleUser, tokenUser: number): Observed {
  const { id, idnumber, username, email, firstname, lastname, suspended } = user;
  const name = `${firstname} ${lastname}`.trim();
  return {
    ...{ kind: 'account', id, idnumber },
    label: suspended ? `${name} (suspended)` : name,
    detail: [email, username !== comparableEmail(email) && `username ${username}`].filter(Boolean).join(', '),
    fields: fieldsOf.account(user),
    isProtected: isProtectedAccount(user, tokenUser),
  };
}
