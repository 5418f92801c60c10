import { comparableName } from '#shared/models/fields/person-name.ts';
import type { CategoryFields } from '#shared/moodle/structure/categories.ts';
import type { CourseFields } from '#shared/moodle/structure/subjects.ts';
import type { AdoptionTie, Desired, Observed } from './kinds.ts';
import { evidenceOf, type Strength } from './match.ts';
import { grouped } from './match-accounts.ts';
import { comparableKey, titleAgreement } from './names.ts';

/**
 * Categories that may be a department's or a program's.
 *
 * @param parentOf the Moodle id of the category that a record should lie in; undefined where it is not known
 */
export function categoryTies(
  desired: readonly Desired[],
  categories: readonly Observed[],
  parentOf: (desired: Desired) => number | undefined,
): AdoptionTie[] {
  const byIdnumber = grouped(categories, ({ idnumber }) => comparableKey(idnumber));
  const byName = grouped(categories, ({ fields }) => comparableName(String(fields.name)));
  return desired.flatMap((record) => {
    const { name } = record.entity.fields as CategoryFields;
    const candidates = new Set([
      ...[record.moodleIdnumber, ...record.keys].flatMap((key) => byIdnumber.get(key) ?? []),
      ...[name, ...record.keys].flatMap((text) => byName.get(comparableName(text)) ?? []),
    ]);
    const parent = parentOf(record);
    return [...candidates].flatMap((category) => categoryTie(record, category, parent) ?? []);
  });
}

function categoryTie(
  desired: Desired,
  observed: Observed,
  parent: number | undefined,
): AdoptionTie | undefined {
  const idnumber = comparableKey(observed.idnumber);
  if (idnumber === desired.moodleIdnumber)
    return { desired, observed, strength: 'own', evidence: ['ID number'] };
  const name = comparableName(String(observed.fields.name));
  const isName = name === comparableName((desired.entity.fields as CategoryFields).name);
  const isCode = desired.keys.some((key) => key === idnumber || comparableName(key) === name);
  const isPlace = parent !== undefined && observed.fields.parent === parent;
  if (!isName && !isCode) return undefined;
  const strength = isName && isCode ? 'proven' : isPlace ? 'likely' : isCode ? 'doubtful' : 'weak';
  const evidence = evidenceOf({ name: isName, code: isCode, 'place in the tree': isPlace });
  return { desired, observed, strength, evidence };
}

/**
 * Courses that may be a subject's in a program. A subject is one course for each program that lists it: what agrees
 * with several of them is told apart by the category it lies in, or not at all.
 *
 * @param isIn whether a course lies in the category of the record's program, however deep
 */
export function courseTies(
  desired: readonly Desired[],
  courses: readonly Observed[],
  isIn: (desired: Desired, course: Observed) => boolean,
): AdoptionTie[] {
  const byIdnumber = grouped(courses, ({ idnumber }) => comparableKey(idnumber));
  const byShortname = grouped(courses, ({ fields }) => comparableKey(String(fields.shortname)));
  const byTitle = grouped(courses, ({ fields }) => comparableName(String(fields.fullname)));
  return desired.flatMap((record) => {
    const { fullname, shortname } = record.entity.fields as CourseFields;
    const keys = [comparableKey(shortname), ...record.keys];
    const candidates = new Set([
      ...[record.moodleIdnumber, ...keys].flatMap((key) => byIdnumber.get(key) ?? []),
      ...keys.flatMap((key) => byShortname.get(key) ?? []),
      ...(byTitle.get(comparableName(fullname)) ?? []),
    ]);
    return [...candidates].flatMap((course) => courseTie(record, course, isIn(record, course)) ?? []);
  });
}

function courseTie(desired: Desired, observed: Observed, isPlace: boolean): AdoptionTie | undefined {
  const { fullname, shortname } = desired.entity.fields as CourseFields;
  const keysOfCourse = [comparableKey(observed.idnumber), comparableKey(String(observed.fields.shortname))];
  const isShortname = keysOfCourse[1] === comparableKey(shortname);
  if (keysOfCourse[0] === desired.moodleIdnumber)
    return { desired, observed, strength: 'own', evidence: ['ID number'], isExclusive: isShortname };
  const isWholeCode = isShortname || keysOfCourse[0] === comparableKey(shortname);
  const isCode = desired.keys.some((key) => keysOfCourse.includes(key));
  const title = titleAgreement(fullname, String(observed.fields.fullname));
  const strength = courseStrength({ isWholeCode, isCode, isPlace, title });
  if (!strength) return undefined;
  const evidence = evidenceOf({
    'codes of subject and program': isWholeCode,
    'code of the subject': isCode && !isWholeCode,
    name: title === 'same',
    'part of the name': title === 'similar',
    'category of the program': isPlace,
  });
  return { desired, observed, strength, evidence, isExclusive: isShortname };
}

function courseStrength(facts: {
  isWholeCode: boolean;
  isCode: boolean;
  isPlace: boolean;
  title: ReturnType<typeof titleAgreement>;
}): Strength | undefined {
  const { isWholeCode, isCode, isPlace, title } = facts;
  if (isWholeCode && title !== 'different') return 'proven';
  if (isCode && title === 'same' && isPlace) return 'proven';
  if (isWholeCode && isPlace) return 'likely';
  if (isCode && (title === 'same' || (title === 'similar' && isPlace))) return 'likely';
  if (title === 'same' && isPlace) return 'likely';
  // Codes are given anew to other subjects: without the name they prove nothing.
  if (isWholeCode || isCode) return 'doubtful';
  return title === 'same' ? 'weak' : undefined;
}

/** Groups of one course that may be a batch's. */
export function groupTies(desired: readonly Desired[], groups: readonly Observed[]): AdoptionTie[] {
  return desired.flatMap((record) => groups.flatMap((group) => groupTie(record, group) ?? []));
}

function groupTie(desired: Desired, observed: Observed): AdoptionTie | undefined {
  const idnumber = comparableKey(observed.idnumber);
  if (idnumber === desired.moodleIdnumber)
    return { desired, observed, strength: 'own', evidence: ['ID number'] };
  const name = comparableName(String(observed.fields.name));
  const [code = '', batchName = ''] = desired.keys;
  const isWholeName = name === comparableName(String(desired.entity.fields.name));
  const isCode = code !== '' && (idnumber === code || name === comparableName(code));
  const isName = name === comparableName(batchName);
  if (!isWholeName && !isCode && !isName) return undefined;
  const strength = isWholeName || (isCode && isName) ? 'proven' : 'likely';
  const evidence = isWholeName ? ['name and code'] : evidenceOf({ name: isName, code: isCode });
  return { desired, observed, strength, evidence };
}
