import { isAtLeast } from '#shared/moodle/client/release.ts';

/**
 * How long the texts may be that a record becomes in any Moodle, in characters (code points, as MySQL counts).
 * Measured on 4.5 and 5.1: anything longer makes the whole bulk call fail without saying which item it was.
 */
export const moodleLimits = {
  username: 100,
  idnumber: 255,
  personName: 100,
  email: 100,
  phone: 20,
  categoryName: 255,
  courseShortname: 255,
  groupName: 254,
  /** Ours: Moodle takes any length, and a call holds the summaries of many courses. */
  courseSummary: 10_000,
} as const;

/** What releases of Moodle allow differently. */
export type ReleaseLimits = { courseFullname: number };

/** As much as any release allows: a record beyond it fits no Moodle. */
export const widestLimits: ReleaseLimits = { courseFullname: 1333 };

/**
 * What a release allows (course/classes/constants.php; lib/db/install.xml of 4.5).
 *
 * @param release as the site info gives it; undefined where it is not known: what all releases allow
 */
export function limitsOf(release: string | undefined): ReleaseLimits {
  return release !== undefined && isAtLeast(release, '5.0') ? widestLimits : { courseFullname: 254 };
}

/**
 * How long the parts of a composed name may be, so that no pair of acceptable parts can be too long together where an
 * instance has no names of its own: a course's shortname is `{subject code}_{program code}`, a group's name `{batch name} ({batch code})`. OpenEduCat
 * itself allows 256 characters in a subject's code, 16 in a program's and a batch's, 32 in a batch's name.
 */
export const partLimits = {
  subjectCode: 200,
  programCode: 54,
  batchName: 200,
  batchCode: 51,
  period: 100,
} as const;

/** Length in code points: an emoji counts one, as in MySQL's utf8mb4 columns. */
export function characterCount(text: string): number {
  return [...text].length;
}
