import type { EnrolledUser } from '#shared/moodle/functions/enrolments.ts';
import type { Difference } from './finding.ts';

/** What the mappings say of one person in one course. */
export interface BelievedPlace {
  /** Of the mapping of the person's enrolments. */
  idnumber: string;
  userid: number;
  /** The role that the link has given. */
  roleid: number;
  state: 'active' | 'suspended';
  /** The groups the person was put in: Moodle ids by idnumber. */
  groups: ReadonlyMap<string, number>;
}

/** Who is in a course, as far as it was asked. */
export interface ObservedPeople {
  /** With active enrolments. */
  active: ReadonlyMap<number, EnrolledUser>;
  /** All of them; asked for only where somebody is not among the active ones. */
  everybody(): Promise<ReadonlyMap<number, EnrolledUser>>;
}

/**
 * What somebody has made of who is in a course. People whom no record names are none of the link's.
 *
 * @param course idnumber
 * @param goneGroups ids of groups that Moodle does not have any more: what was in them follows when they are made again
 */
export async function comparePlaces(
  course: string,
  believed: readonly BelievedPlace[],
  { active, everybody }: ObservedPeople,
  goneGroups: ReadonlySet<number>,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  // One account may be a student by one record and a teacher by another.
  const isMeantToBeIn = new Set(
    believed.flatMap(({ state, userid }) => (state === 'active' ? [userid] : [])),
  );
  for (const place of believed) {
    const { idnumber, userid } = place;
    const person = active.get(userid);
    if (place.state === 'suspended') {
      if (person && !isMeantToBeIn.has(userid))
        differences.push(ofCourse(idnumber, course, 'resumed', 'ended', 'active'));
    } else if (!person) {
      const isSuspended = (await everybody()).has(userid);
      differences.push(
        isSuspended
          ? ofCourse(idnumber, course, 'suspended', 'active', 'suspended')
          : ofCourse(idnumber, course, 'unenrolled', 'active', null),
      );
    } else {
      differences.push(...compareRoles(place, course, person), ...compareGroups(place, person, goneGroups));
    }
  }
  return differences;
}

function compareRoles(
  { idnumber, roleid }: BelievedPlace,
  course: string,
  { roles = [] }: EnrolledUser,
): Difference[] {
  if (roles.some((role) => role.roleid === roleid)) return [];
  const held = roles.map((role) => role.roleid).sort((a, b) => a - b);
  return [
    ofCourse(
      idnumber,
      course,
      'role',
      `role ${roleid}`,
      held.length > 0 ? `role ${held.join(' and ')}` : null,
    ),
  ];
}

function compareGroups(
  { idnumber, groups }: BelievedPlace,
  { groups: held = [] }: EnrolledUser,
  goneGroups: ReadonlySet<number>,
): Difference[] {
  const isIn = new Set(held.map(({ id }) => id));
  return [...groups].flatMap(([group, id]): Difference[] =>
    isIn.has(id) || goneGroups.has(id)
      ? []
      : [{ idnumber, kind: 'not_in_group', about: group, in_erp: 'member', in_moodle: null }],
  );
}

function ofCourse(
  idnumber: string,
  course: string,
  kind: Difference['kind'],
  in_erp: string,
  in_moodle: string | null,
): Difference {
  return { idnumber, kind, about: course, in_erp, in_moodle };
}
