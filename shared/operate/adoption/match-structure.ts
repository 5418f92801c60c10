import { comparableName } from '#shared/models/fields/person-name.ts';
import type { AdoptionTie, Desired, Observed } from './kinds.ts';
import { evidenceOf, type Key, type Strength, tiesBy } from './match.ts';
import { comparableKey, titleAgreement } from './names.ts';

/**
 * Categories that may be a department's or a program's.
 *
 * @param parentOf the Moodle id of the category that a record should lie in; undefined where it is not known
 */
export function categoryTies(
  desired: readonly Desired<'category'>[],
  categories: readonly Observed[],
  parentOf: (desired: Desired<'category'>) => number | undefined,
): AdoptionTie<'category'>[] {
  const keys: Key<Desired<'category'>, Observed>[] = [
    {
      of: ({ idnumber }) => comparableKey(idnumber),
      from: (record) => [record.moodleIdnumber, ...record.keys],
    },
    {
      of: ({ fields }) => comparableName(String(fields.name)),
      from: (record) => [record.fields.name, ...record.keys].map(comparableName),
    },
  ];
  return tiesBy(desired, categories, keys, (record, category) =>
    categoryTie(record, category, parentOf(record)),
  );
}

function categoryTie(
  desired: Desired<'category'>,
  observed: Observed,
  parent: number | undefined,
): AdoptionTie<'category'> | undefined {
  const idnumber = comparableKey(observed.idnumber);
  if (idnumber === desired.moodleIdnumber)
    return { desired, observed, strength: 'own', evidence: ['ID number'] };
  const name = comparableName(String(observed.fields.name));
  const isName = name === comparableName(desired.fields.name);
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
  desired: readonly Desired<'course'>[],
  courses: readonly Observed[],
  isIn: (desired: Desired<'course'>, course: Observed) => boolean,
): AdoptionTie<'course'>[] {
  const codesOf = ({ fields, keys: own }: Desired<'course'>) => [comparableKey(fields.shortname), ...own];
  const keys: Key<Desired<'course'>, Observed>[] = [
    {
      of: ({ idnumber }) => comparableKey(idnumber),
      from: (record) => [record.moodleIdnumber, ...codesOf(record)],
    },
    { of: ({ fields }) => comparableKey(String(fields.shortname)), from: codesOf },
    {
      of: ({ fields }) => comparableName(String(fields.fullname)),
      from: ({ fields }) => [comparableName(fields.fullname)],
    },
  ];
  return tiesBy(desired, courses, keys, (record, course) => courseTie(record, course, isIn(record, course)));
}

function courseTie(
  desired: Desired<'course'>,
  observed: Observed,
  isPlace: boolean,
): AdoptionTie<'course'> | undefined {
  const { fullname, shortname } = desired.fields;
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
export function groupTies(
  desired: readonly Desired<'group'>[],
  groups: readonly Observed[],
): AdoptionTie<'group'>[] {
  return desired.flatMap((record) => groups.flatMap((group) => groupTie(record, group) ?? []));
}

function groupTie(desired: Desired<'group'>, observed: Observed): AdoptionTie<'group'> | undefined {
  const idnumber = comparableKey(observed.idnumber);
  if (idnumber === desired.moodleIdnumber)
    return { desired, observed, strength: 'own', evidence: ['ID number'] };
  const name = comparableName(String(observed.fields.name));
  const [code = '', batchName = ''] = desired.keys;
  const isWholeName = name === comparableName(desired.fields.name);
  const isCode = code !== '' && (idnumber === code || name === comparableName(code));
  const isName = name === comparableName(batchName);
  if (!isWholeName && !isCode && !isName) return undefined;
  const strength = isWholeName || (isCode && isName) ? 'proven' : 'likely';
  const evidence = isWholeName ? ['name and code'] : evidenceOf({ name: isName, code: isCode });
  return { desired, observed, strength, evidence };
}
