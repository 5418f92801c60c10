import { prefixes, type ServiceName, servicesOfKind } from '#shared/models/services.ts';
import { isOpen, isPast } from '#shared/moodle/enrolments/enrolment-period.ts';
import { cohortStatesOf, courseStatesOf, type Period } from '#shared/moodle/enrolments/enrolment-state.ts';
import { roleGiven } from '#shared/moodle/enrolments/places-of-others.ts';
import type { CohortMember } from '#shared/moodle/functions/cohorts.ts';
import { type EnrolledUser, getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { type Instance, takesService } from '#shared/moodle/instance/instance.ts';
import { Inventory, memberKey } from '#shared/moodle/inventory/inventory.ts';
import { groupHolds, idsByIdnumber } from '#shared/moodle/inventory/twins.ts';
import type { DriftNote } from '#shared/moodle/mappings/drift-note.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { eachMapping } from '#shared/moodle/mappings/read-mappings.ts';
import { compareEntity, compareTwins, settledEntities } from './entities.ts';
import type { Difference } from './finding.ts';
import { type DriftPorts, type Look, passOver } from './repair.ts';

/** What the mappings say of one person in one course. */
interface MappedPlace {
  /** Of the mapping of the person's enrolments. */
  idnumber: string;
  userid: number;
  /** The role that the link has given. */
  roleid: number;
  state: 'active' | 'suspended';
  period: Period | undefined;
  /** The groups the person was put in: Moodle ids by idnumber. */
  groups: Map<string, number>;
}

/** What the mappings say of one course. */
interface MappedCourse {
  idnumber: string;
  id: number;
  /** The mappings of its groups. */
  groups: Mapping[];
  places: MappedPlace[];
}

type People = ReadonlyMap<number, EnrolledUser>;

/** Who is in a course, as far as it was asked. */
interface ObservedPeople {
  /** With active enrolments. */
  active: People;
  /** All of them; asked for only where somebody is not among the active ones. */
  everybody(): Promise<People>;
}

/** After all courses come the cohorts. */
const lastPlace = '~';

/** The fields that tell who somebody is in a course; all of them would cost seven times as much. */
const userfields = ['id', 'roles', 'groups'];

/**
 * Compares who is in the courses, and in which groups: a call for the people of each course, another one where somebody
 * is missing, and one for its groups where it has any.
 */
export class CourseComparison {
  readonly #instance: Instance;
  readonly #ports: DriftPorts;
  /** The revisions of the people's mappings that were read, by idnumber. */
  readonly #revisions = new Map<string, number>();
  /** Those of them on which an earlier comparison has noted something. */
  readonly #noted = new Set<string>();
  readonly #lookedAt = new Set<string>();
  /** Who is in a cohort, by the mapping of the person's enrolments and that of the cohort. */
  readonly #members: (CohortMember & { idnumber: string; cohort: string })[] = [];

  constructor(instance: Instance, ports: DriftPorts) {
    this.#instance = instance;
    this.#ports = ports;
  }

  /** @param after the idnumber of the course to go on after */
  async *looks(after: string | undefined): AsyncIterable<Look> {
    for (const course of await this.#mapped(after)) yield this.#look(course);
    if (after !== lastPlace) yield this.#lookAtCohorts();
  }

  /**
   * The mappings of people as they are now: of these, and of those whose notes have to be taken back. Who was pushed
   * meanwhile is left out.
   */
  async people(idnumbers: Iterable<string>): Promise<Map<string, Mapping>> {
    const wanted = [...new Set([...idnumbers, ...this.#noted])];
    const rows = await this.#ports.mappings.getMany(this.#instance.id, wanted);
    return new Map([...rows].filter(([idnumber, row]) => row.revision === this.#revisions.get(idnumber)));
  }

  /** Whether a note on a person's mapping is about a course that was not looked at this time. */
  isLeft(row: Mapping, { about = '' }: DriftNote): boolean {
    const course = about.split('@').at(-1)!;
    return !this.#lookedAt.has(course) && course in courseStatesOf(row.extra_data);
  }

  /** Whom somebody has taken out of a cohort: two calls for all. Of one that is gone nobody is missed. */
  async #lookAtCohorts(): Promise<Look> {
    const look: Look = { differences: [], rows: new Map(), after: lastPlace };
    if (this.#members.length === 0) return look;
    const inventory = new Inventory(this.#ports.client);
    await inventory.readMembers(this.#members.map(({ cohortid }) => cohortid));
    for (const { idnumber, cohort: about, ...member } of this.#members) {
      if (!inventory.cohorts.has(member.cohortid) || inventory.members.has(memberKey(member))) continue;
      look.differences.push({ idnumber, kind: 'not_in_group', about, in_erp: 'member', in_moodle: null });
    }
    return look;
  }

  async #look(course: MappedCourse): Promise<Look> {
    const look: Look = { differences: [], rows: new Map(), after: course.idnumber };
    try {
      const active = byId(await this.#enrolled(course.id, 'active'));
      let all: Promise<People> | undefined;
      const everybody = () => {
        all ??= this.#enrolled(course.id).then(byId);
        return all;
      };
      const groups = await this.#compareGroups(course, everybody);
      const now = this.#ports.clock.now();
      const people = await comparePlaces(course, { active, everybody }, groups.gone, now);
      look.differences.push(...groups.differences, ...people);
      for (const row of groups.rows) look.rows.set(row.idnumber, row);
      this.#lookedAt.add(course.idnumber);
    } catch (error) {
      // A course that is gone was found before.
      passOver(error, 'Course not compared', course.idnumber, this.#instance, this.#ports);
    }
    return look;
  }

  #enrolled(courseid: number, only?: 'active'): Promise<EnrolledUser[]> {
    return getEnrolledUsers(this.#ports.client, courseid, { userfields, ...(only && { only }) });
  }

  async #compareGroups(
    { idnumber, id, groups }: MappedCourse,
    everybody: ObservedPeople['everybody'],
  ): Promise<{ differences: Difference[]; gone: Set<number>; rows: Mapping[] }> {
    const settled = await settledEntities(this.#instance, groups, this.#ports);
    const there = settled.length > 0 ? await getCourseGroups(this.#ports.client, id) : [];
    const names = new Map(there.map((group) => [group.id, group.name]));
    const twins = {
      ids: idsByIdnumber(there.map((group) => ({ ...group, idnumber: `${group.idnumber}@${idnumber}` }))),
      holdsOf: async (group: number) => groupHolds((await everybody()).values(), group),
    };
    const differences: Difference[] = [];
    const gone = new Set<number>();
    const rows: Mapping[] = [];
    for (const { entity, row } of settled) {
      const name = names.get(row.moodle_id!);
      const own = compareEntity(this.#instance, 'group', entity, name === undefined ? undefined : { name });
      if (name === undefined) gone.add(row.moodle_id!);
      else own.push(...(await compareTwins(row, twins)));
      differences.push(...own);
      if (own.length > 0 || row.drift) rows.push(row);
    }
    return { differences, gone, rows };
  }

  /** What the mappings say of the courses after this one, in the order of their idnumbers. */
  async #mapped(after: string | undefined): Promise<MappedCourse[]> {
    const ids = new Map<string, number>();
    const courses = new Map<string, MappedCourse>();
    for await (const { idnumber, moodle_id: id } of this.#rows('subjects')) {
      if (id === undefined) continue;
      ids.set(idnumber, id);
      if (after === undefined || idnumber > after)
        courses.set(idnumber, { idnumber, id, groups: [], places: [] });
    }
    for await (const row of this.#rows('batches')) {
      if (row.moodle_id === undefined) continue;
      ids.set(row.idnumber, row.moodle_id);
      const course = courses.get(row.idnumber.split('@')[1] ?? '');
      if (course && isTrueOf(row, course.idnumber, course.id)) course.groups.push(row);
    }
    for (const service of servicesOfKind('cohort').filter((name) => takesService(this.#instance, name)))
      for await (const row of this.#rows(service))
        if (row.service === service && row.moodle_id !== undefined) ids.set(row.idnumber, row.moodle_id);
    for (const service of ['students', 'faculty'] as const) {
      const people: Mapping[] = [];
      // The enrolments of students lie among their accounts.
      for await (const row of this.#rows(service)) {
        if (row.service !== service) people.push(row);
        else if (row.moodle_id !== undefined) ids.set(row.idnumber, row.moodle_id);
      }
      for (const row of people) this.#addPlaces(row, ids, courses);
    }
    return [...courses.values()].filter(({ groups, places }) => groups.length > 0 || places.length > 0);
  }

  #rows(service: ServiceName): AsyncIterable<Mapping> {
    return eachMapping(this.#instance.id, this.#ports.mappings, prefixes[service]);
  }

  #addPlaces(
    row: Mapping,
    ids: ReadonlyMap<string, number>,
    courses: ReadonlyMap<string, MappedCourse>,
  ): void {
    const isTeacher = row.service === 'teaching';
    const isOfPerson = isTeacher || row.service === 'enrolments';
    const [person = ''] = row.idnumber.split('@');
    const userid = ids.get(person);
    const isSettled = row.status === 'synced' && row.sync_hash !== undefined;
    if (!isOfPerson || !isSettled || userid === undefined || !isTrueOf(row, person, userid)) return;
    const roleid = roleGiven(this.#instance, row, isTeacher ? 'teacher' : 'student');
    this.#revisions.set(row.idnumber, row.revision);
    if (row.drift) this.#noted.add(row.idnumber);
    for (const [cohort, state] of Object.entries(cohortStatesOf(row.extra_data))) {
      const cohortid = ids.get(cohort);
      if (state === 'member' && cohortid !== undefined && isTrueOf(row, cohort, cohortid))
        this.#members.push({ idnumber: row.idnumber, cohort, cohortid, userid });
    }
    for (const [idnumber, { state, groups, period }] of Object.entries(courseStatesOf(row.extra_data))) {
      const course = courses.get(idnumber);
      if (!course || state === 'pending' || !isTrueOf(row, idnumber, course.id)) continue;
      const place: MappedPlace = { idnumber: row.idnumber, userid, roleid, state, period, groups: new Map() };
      for (const [group, member] of Object.entries(groups)) {
        const id = ids.get(group);
        if (member === 'member' && id !== undefined && isTrueOf(row, group, id)) place.groups.set(group, id);
      }
      course.places.push(place);
    }
  }
}

/** Whether what a mapping says of something was said of what has this id. */
function isTrueOf({ made_with: madeWith }: Mapping, idnumber: string, id: number): boolean {
  return (madeWith?.[idnumber] ?? id) === id;
}

function byId(users: readonly EnrolledUser[]): People {
  return new Map(users.map((user) => [user.id, user]));
}

/** Milliseconds around the beginning and the end of an enrolment in which nothing is said of it. */
const slack = 10 * 60_000;

/**
 * What somebody has made of who is in a course. People whom no record names are none of the link's. Moodle does not tell
 * an enrolment's times: only whether it is in them can be compared; and what a site makes of enrolments that are over
 * (`expiredaction`: it may suspend or unenrol them) is its own affair.
 *
 * @param goneGroups ids of groups that Moodle does not have any more: what was in them follows when they are made again
 */
async function comparePlaces(
  { idnumber: course, places }: MappedCourse,
  { active, everybody }: ObservedPeople,
  goneGroups: ReadonlySet<number>,
  now: number,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  // One account may be a student by one record and a teacher by another.
  const isMeant = ({ state, period }: MappedPlace) => state === 'active' && isOpen(period, now);
  // Moodle counts in whole minutes, and by a clock of its own.
  const isTurning = ({ period }: MappedPlace) => isOpen(period, now - slack) !== isOpen(period, now + slack);
  const isMeantToBeIn = new Set(places.flatMap((place) => (isMeant(place) ? [place.userid] : [])));
  for (const place of places) {
    const { idnumber, userid, roleid, state, period, groups } = place;
    const isEarly = state === 'active' && !isMeant(place) && !isPast(period, now);
    const inTime = active.get(userid);
    const person = inTime ?? (isEarly ? (await everybody()).get(userid) : undefined);
    const ofCourse = (kind: Difference['kind'], in_erp: string, in_moodle: string | null) =>
      differences.push({ idnumber, kind, about: course, in_erp, in_moodle });
    if (isTurning(place)) continue;
    if (!isMeant(place) && inTime && !isMeantToBeIn.has(userid))
      ofCourse('resumed', isEarly ? 'not begun' : 'ended', 'active');
    if (state === 'suspended' || isPast(period, now)) continue;
    if (!person) {
      const isSuspended = (await everybody()).has(userid);
      if (isSuspended) ofCourse('suspended', 'active', 'suspended');
      else ofCourse('unenrolled', 'active', null);
    } else {
      const held = (person.roles ?? []).map((role) => role.roleid).sort((a, b) => a - b);
      const isOtherRole = !held.includes(roleid);
      if (isOtherRole)
        ofCourse('role', `role ${roleid}`, held.length > 0 ? `role ${held.join(' and ')}` : null);
      const isIn = new Set(person.groups?.map(({ id }) => id));
      for (const [about, id] of groups)
        if (!isIn.has(id) && !goneGroups.has(id))
          differences.push({ idnumber, kind: 'not_in_group', about, in_erp: 'member', in_moodle: null });
    }
  }
  return differences;
}
