import { personOf } from '#shared/moodle/accounts/person-presence.ts';
import { cohortStatesOf, courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { RetentionPorts } from './ports.ts';

type Ports = Pick<RetentionPorts, 'records' | 'mappings'>;

/** The ID number of the person that a mapping is of: `oec_student_5@enrolments` is student 5's. */
function personIn(idnumber: string): string {
  return idnumber.split('@', 1)[0]!;
}

/**
 * Deletes those mappings of a page that are of people whose record is gone from the ERP, and whom Moodle has closed out
 * before a time. Should the ERP bring one back, the account is found again by its ID number and address.
 *
 * @returns how many were deleted
 */
export async function expireMappings(
  instance: string,
  page: readonly Mapping[],
  before: number,
  { records, mappings }: Ports,
): Promise<number> {
  const settled = page.filter((row) => isSettled(row) && Date.parse(row.last_synced_at ?? '') < before);
  const gone = await peopleGone(
    settled.map(({ idnumber }) => personIn(idnumber)),
    records,
  );
  const dead = settled.map(({ idnumber }) => idnumber).filter((idnumber) => gone.has(personIn(idnumber)));
  await mappings.remove(instance, dead);
  return dead.length;
}

/** Whether nothing is left to be done in Moodle: the account is suspended, the courses are left. */
function isSettled({ idnumber, status, active, extra_data }: Mapping): boolean {
  if (status !== 'synced') return false;
  if (!idnumber.includes('@')) return !active;
  const isInCourse = Object.values(courseStatesOf(extra_data)).some(({ state }) => state === 'active');
  return !isInCourse && Object.keys(cohortStatesOf(extra_data)).length === 0;
}

/**
 * Deletes what a pull remembers of people in a page of its rows who have neither a record nor a mapping any more.
 *
 * @returns how many rows were deleted
 */
export async function expireMemories(
  instance: string,
  page: readonly Pick<Mapping, 'idnumber'>[],
  { records, mappings }: Ports,
): Promise<number> {
  const people = new Map(page.map(({ idnumber: key }) => [key, key.slice(key.lastIndexOf('/') + 1)]));
  const mapped = await mappings.getMany(instance, [...people.values()]);
  const unmapped = [...people].filter(([, idnumber]) => personOf(idnumber) && !mapped.has(idnumber));
  const gone = await peopleGone(
    unmapped.map(([, idnumber]) => idnumber),
    records,
  );
  const dead = unmapped.filter(([, idnumber]) => gone.has(idnumber)).map(([key]) => key);
  await mappings.remove(instance, dead);
  return dead.length;
}

/** Those of the ID numbers whose records are not in the table. */
async function peopleGone(idnumbers: readonly string[], records: Ports['records']): Promise<Set<string>> {
  const gone = new Set(idnumbers);
  const people = [...gone].flatMap((idnumber) => {
    const person = personOf(idnumber);
    return person ? [{ ...person, idnumber }] : [];
  });
  for (const [model, group] of Map.groupBy(people, (person) => person.model)) {
    const there = await records.getMany(
      model,
      group.map(({ id }) => id),
    );
    for (const { id, idnumber } of group) if (there.has(id)) gone.delete(idnumber);
  }
  return gone;
}
