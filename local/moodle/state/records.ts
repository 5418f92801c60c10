/** The rows the simulated site keeps. Times are Unix seconds; 0 means none, as in Moodle. */

export type User = {
  readonly id: number;
  username: string;
  auth: string;
  firstname: string;
  lastname: string;
  /** No function tells it (4.5); undefined in a copy, which cannot know it. */
  middlename: string | undefined;
  email: string;
  idnumber: string;
  institution: string;
  department: string;
  city: string;
  country: string;
  /** As the middle name, unless it is among the user identity fields of the site. */
  phone1: string | undefined;
  phone2: string | undefined;
  address: string;
  description: string;
  /** Empty for the site's own. */
  lang: string;
  /** Empty for the site's own. */
  timezone: string;
  /** What it has of the fields that the site has added. */
  customfields: CustomValue[];
  suspended: boolean;
  siteAdmin: boolean;
  guest: boolean;
  /** Moodle keeps the row of an account that was deleted. */
  deleted: boolean;
  timecreated: number;
  timemodified: number;
};

export type CustomValue = { shortname: string; type: string; value: string };

export type Category = {
  readonly id: number;
  name: string;
  idnumber: string;
  /** 0 for a category at the top. */
  parent: number;
  description: string;
  timemodified: number;
};

export type Course = {
  readonly id: number;
  fullname: string;
  shortname: string;
  idnumber: string;
  /** 0 only for the site's own course. */
  categoryid: number;
  summary: string;
  format: string;
  startdate: number;
  enddate: number;
  visible: boolean;
  groupmode: number;
  groupmodeforce: number;
  enablecompletion: boolean;
  lang: string;
  /** How many announcements it shows. */
  newsitems: number;
  /** How many sections it has besides the first, which here holds all activities. */
  numsections: number;
  /** The short name of the course whose content was copied into it last: Moodle takes no note of that. */
  importedFrom: string;
  /** Whether students may look into the gradebook. */
  showgrades: boolean;
  /** What the user report shows, as its settings in the course (or those of the site) have it. */
  reportShows: ReportSettings;
  /** Whether the course has the manual enrolment method, as every new one does. */
  manualEnrolment: boolean;
  timecreated: number;
  timemodified: number;
};

/** Settings of the user report, all of them on in a fresh site. */
export type ReportSettings = { grade: boolean; range: boolean; weight: boolean };

export type Cohort = {
  readonly id: number;
  name: string;
  idnumber: string;
  visible: boolean;
};

/** Somebody in a cohort. */
export type CohortMember = { readonly id: number; cohortid: number; userid: number };

export type Group = {
  readonly id: number;
  courseid: number;
  name: string;
  idnumber: string;
  description: string;
  enrolmentkey: string;
  visibility: number;
  participation: boolean;
};

/** One user's place in one course, by the manual method. */
export type Enrolment = {
  readonly id: number;
  courseid: number;
  userid: number;
  roleids: readonly number[];
  suspended: boolean;
  timestart: number;
  timeend: number;
};

/** One user's role in the context of another one's account. */
export type RoleAssignment = { readonly id: number; roleid: number; userid: number; instanceid: number };

export type Membership = { readonly id: number; groupid: number; userid: number };
