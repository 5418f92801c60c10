/**
 * How long the texts may be that a record becomes in Moodle, in characters (code points, as MySQL counts).
 * Measured on Moodle 4.5: anything longer makes the whole bulk call fail without saying which item it was.
 */
export const moodleLimits = {
  username: 100,
  personName: 100,
  email: 100,
  phone: 20,
  categoryName: 255,
  courseFullname: 254,
  courseShortname: 255,
  groupName: 254,
} as const;

/**
 * How long the parts of a composed name may be, so that no pair of acceptable parts can be too long together: a
 * course's shortname is `{subject code}_{program code}`, a group's name `{batch name} ({batch code})`. OpenEduCat
 * itself allows 256 characters in a subject's code, 16 in a program's and a batch's, 32 in a batch's name.
 */
export const partLimits = { subjectCode: 200, programCode: 54, batchName: 200, batchCode: 51 } as const;

/** Length in code points: an emoji counts one, as in MySQL's utf8mb4 columns. */
export function characterCount(text: string): number {
  return [...text].length;
}
