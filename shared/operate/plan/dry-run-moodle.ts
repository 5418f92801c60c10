import type { MoodleKind } from '#shared/models/services.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import type { Category } from '#shared/moodle/functions/categories.ts';
import type { Cohort, CohortMember } from '#shared/moodle/functions/cohorts.ts';
import type { Course } from '#shared/moodle/functions/courses.ts';
import type { Group } from '#shared/moodle/functions/groups.ts';
import type { RoleOverUser } from '#shared/moodle/functions/roles.ts';
import type { MoodleUser } from '#shared/moodle/functions/users.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Inventory, Place } from '#shared/moodle/inventory/inventory.ts';

/**
 * Stands in for a Moodle in a dry run. What is read comes from the Moodle; what is written is kept, as Moodle's own
 * rules would have it, is there when it is read again, and is refused where Moodle would refuse it.
 *
 * What no function of Moodle tells cannot be foreseen: a capability that the token lacks only for writing, what a plugin
 * refuses.
 */
export interface DryRunMoodle extends MoodleCaller {
  /** What the Moodle itself holds, as far as it had to be asked. */
  readonly held: Inventory;
  /** Writing calls that Moodle would have carried out, as a whole or in part. */
  readonly writes: number;
  /** Accounts to which Moodle would mail a password. */
  readonly mailed: number;
  /** The ID number that something has, or would have; a group's is not told. */
  idnumberOf(kind: MoodleKind, id: number): string | undefined;
  /** What is not as it was read, also what differs in nothing that a plan tells of. */
  changes(): DryRunChanges;
}

/** What a stand-in needs to know of a Moodle. */
export interface DryRunSite {
  /** Only reading functions of it are called, and one that changes nothing: whether it has a language is not told otherwise. */
  moodle: MoodleCaller;
  /** In which course a group is known to be: Moodle has no function that would tell. */
  courseOfGroup: (groupid: number) => Promise<number | undefined>;
  /** Whether it is believed to take several accounts with one e-mail address: none of its functions tells. */
  sharesEmails: boolean;
  /** The authentication plugin of new accounts. */
  auth: string;
  /** Moodle's ids of the roles. */
  roles: Instance['role_ids'];
}

/** One row before and after the dry run. */
export interface RowChange<Row> {
  /** Undefined where it would be made. */
  before: Row | undefined;
  /** Undefined where it would be taken away. */
  after: Row | undefined;
}

export interface DryRunChanges {
  categories: RowChange<Pick<Category, 'id' | 'name' | 'parent'>>[];
  /** `importedFrom`: the short name of the course whose content would be copied into it. */
  courses: RowChange<
    Pick<Course, 'id' | 'fullname' | 'shortname' | 'categoryid' | 'startdate' | 'enddate'> & {
      summary: string;
      visible: boolean;
      importedFrom: string;
    }
  >[];
  groups: RowChange<Pick<Group, 'id' | 'name'>>[];
  cohorts: RowChange<Cohort>[];
  /** Of cohorts. */
  members: RowChange<CohortMember>[];
  accounts: RowChange<Omit<MoodleUser, 'auth'>>[];
  places: RowChange<Place>[];
  /** The roles of parents over the accounts of their children. */
  roles: RowChange<RoleOverUser>[];
  /** The attendance activities that would be made. */
  activities: { courseid: number; name: string }[];
  /** The sessions of attendance that would be made, or in which students would be marked. */
  sessions: {
    id: number;
    courseid: number;
    description: string;
    isNew: boolean;
    /** Acronyms of statuses; null for none. */
    marks: { studentid: number; now: string | null; planned: string | null }[];
  }[];
}

/** Moodle's own ids are far below. */
export const firstMadeUpId = 2 ** 40;

/** Whether something exists in the dry run only, so that Moodle need not be asked about it. */
export function isMadeUp(id: number): boolean {
  return id >= firstMadeUpId;
}
