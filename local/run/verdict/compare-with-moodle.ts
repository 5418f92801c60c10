import type { RecordItem } from '#shared/models/records.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { getAllCategories } from '#shared/moodle/functions/categories.ts';
import { getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { findTwins, type Twins } from '#shared/moodle/inventory/twins.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import { type ExpectedFacts, expectedFacts } from './expected-facts.ts';

/** Values asked for in one look-up: stays far below the variables that Moodle takes. */
const chunkSize = 500;

/** Failures that are a record's own: it cannot arrive until somebody corrects it. */
const ownFailures = new Set(['invalid', 'conflict', 'dependency']);

/** Whether a failure is the record's own fault, as far as the link can tell. */
export function isOwnFailure({ failure }: Mapping): boolean {
  return failure !== undefined && ownFailures.has(failure.class);
}

/**
 * Asks Moodle itself for everything that the good records stand for: categories, courses, groups, accounts,
 * participants and members. Records with a failure of their own, and what needs those, are not good ones.
 *
 * @returns how much was looked for, the good records of which something is missing, and what is there more than once
 * @throws the errors of the Moodle client
 */
export async function compareWithMoodle(
  client: MoodleClient,
  items: RecordItem[],
  mappings: Mapping[],
): Promise<{ checked: number; missing: RecordKey[]; twins: Twins[] }> {
  const wanted = withoutFaulty(expectedFacts(items), mappings);
  const checked = new Set(wanted.flatMap(({ facts }) => facts));
  const accounts = [...checked].filter((fact) => /^oec_(student|faculty)_\d+$/.test(fact));
  const found = await factsInMoodle(client, accounts, mappings);
  const missing = wanted.filter(({ facts }) => facts.some((fact) => !found.has(fact)));
  const own = new Set(mappings.map(({ idnumber }) => idnumber));
  const twins = await findTwins(client, { isOwn: (idnumber) => own.has(idnumber) });
  return { checked: checked.size, missing: missing.map(({ source }) => source), twins };
}

/** The expectations without those of faulty records, and without the facts that involve something faulty. */
export function withoutFaulty(wanted: ExpectedFacts[], mappings: Mapping[]): ExpectedFacts[] {
  const faulty = mappings.filter(isOwnFailure);
  const records = new Set(faulty.map(({ model, record_id: id }) => `${model}#${id}`));
  const entities = new Set(faulty.map(({ idnumber }) => idnumber));
  const involvesFaulty = (fact: string) => {
    const parts = fact.split('@');
    // `a@b@c` also involves the group `b@c`.
    return parts.some((part, index) => entities.has(part) || entities.has(parts.slice(index).join('@')));
  };
  return wanted
    .filter(({ source }) => !records.has(`${source.model}#${source.id}`))
    .map(({ source, facts }) => ({ source, facts: facts.filter((fact) => !involvesFaulty(fact)) }));
}

/**
 * Reads Moodle back through its web services: the facts, in the words of `expectedFacts`, that can be seen there.
 * Costs two calls for each course, and a few more.
 *
 * @param accounts idnumbers of the accounts to look for
 * @param mappings where the courses are; what else the mappings say is not believed
 * @throws the errors of the Moodle client
 */
async function factsInMoodle(
  client: MoodleClient,
  accounts: string[],
  mappings: Mapping[],
): Promise<Set<string>> {
  const facts = new Set((await getAllCategories(client)).map(({ idnumber }) => idnumber));
  for (const idnumbers of inParts(accounts, chunkSize)) {
    for (const user of await getUsersByField(client, 'idnumber', idnumbers)) facts.add(user.idnumber);
  }
  const courseIds = mappings.flatMap(({ service, moodle_id: id }) =>
    service === 'subjects' && id !== undefined ? [id] : [],
  );
  for (const ids of inParts(courseIds, chunkSize)) {
    for (const course of await getCoursesByIds(client, ids)) {
      for (const fact of await factsOfCourse(client, course)) facts.add(fact);
    }
  }
  return facts;
}

async function factsOfCourse(
  client: MoodleClient,
  course: { id: number; idnumber: string },
): Promise<string[]> {
  const groups = new Map(
    (await getCourseGroups(client, course.id)).map(({ id, idnumber }) => [
      id,
      `${idnumber}@${course.idnumber}`,
    ]),
  );
  const people = await getEnrolledUsers(client, course.id, { userfields: ['id', 'idnumber', 'groups'] });
  return [
    course.idnumber,
    ...groups.values(),
    ...people.flatMap((person) => [
      `${person.idnumber}@${course.idnumber}`,
      ...(person.groups ?? []).map(({ id }) => `${person.idnumber}@${groups.get(id)}`),
    ]),
  ];
}
