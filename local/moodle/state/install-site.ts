import { nowInSeconds } from '../now-in-seconds.ts';
import type { Course, User } from './records.ts';
import { SiteState } from './site-state.ts';

/** What a user has who is given nothing but a name. */
export function blankUser(): Omit<User, 'id'> {
  return {
    username: '',
    auth: 'manual',
    firstname: '',
    lastname: '',
    middlename: '',
    email: '',
    idnumber: '',
    institution: '',
    department: '',
    city: '',
    country: '',
    phone1: '',
    phone2: '',
    address: '',
    description: '',
    lang: '',
    timezone: '',
    customfields: [],
    suspended: false,
    siteAdmin: false,
    guest: false,
    deleted: false,
    timecreated: nowInSeconds(),
    timemodified: nowInSeconds(),
  };
}

/** A course that is given nothing. */
export function blankCourse(): Omit<Course, 'id'> {
  return {
    fullname: '',
    shortname: '',
    idnumber: '',
    categoryid: 0,
    summary: '',
    format: 'topics',
    startdate: 0,
    enddate: 0,
    visible: true,
    groupmode: 0,
    groupmodeforce: 0,
    enablecompletion: true,
    lang: '',
    newsitems: 5,
    numsections: 0,
    importedFrom: '',
    showgrades: true,
    reportShows: { grade: true, range: true, weight: true },
    manualEnrolment: true,
    timecreated: nowInSeconds(),
    timemodified: nowInSeconds(),
  };
}

/**
 * A site as Moodle's installer leaves it: guest (user 1), administrator (user 2), the site's own course (course 1)
 * and "Category 1" (category 1), and then the user behind the token (user 3).
 */
export function installSite(options: { siteName: string; tokenUserIsSiteAdmin: boolean }): {
  state: SiteState;
  tokenUserId: number;
} {
  const state = new SiteState();
  state.users.insert({
    ...blankUser(),
    username: 'guest',
    firstname: 'Guest user',
    lastname: ' ',
    email: 'root@localhost',
    guest: true,
  });
  state.users.insert({
    ...blankUser(),
    username: 'admin',
    firstname: 'Admin',
    lastname: 'User',
    email: 'admin@moodle.invalid',
    siteAdmin: true,
  });
  const tokenUser = state.users.insert({
    ...blankUser(),
    username: 'oec-sync',
    firstname: 'OpenEduCat',
    lastname: 'Synchronisation',
    email: 'oec-sync@moodle.invalid',
    siteAdmin: options.tokenUserIsSiteAdmin,
  });
  state.categories.insert({
    name: 'Category 1',
    idnumber: '',
    parent: 0,
    description: '',
    timemodified: nowInSeconds(),
  });
  state.courses.insert({
    ...blankCourse(),
    fullname: options.siteName,
    shortname: 'site',
    format: 'site',
    enablecompletion: false,
    manualEnrolment: false,
  });
  return { state, tokenUserId: tokenUser.id };
}
