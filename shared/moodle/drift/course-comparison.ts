import { courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import { type EnrolledUser, getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { getCourseGroups } from '#shared/moodle/functions/groups.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { DriftNote } from '#shared/moodle/mappings/drift-note.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { rangeOf } from '#shared/moodle/sweep/sweep-model.ts';
import { groupHolds } from '#shared/moodle/twins/find-twins.ts';
import { eachPage } from '#shared/sync/each-page.ts';
import { compareEntity } from './compare-entity.ts';
import { type BelievedPlace, comparePlaces, type ObservedPeople } from './compare-places.ts';
import { compareTwins, idsByName, type Named } from './compare-twins.ts';
import type { DriftPorts } from './doubt.ts';
import { settledEntities } from './entity-comparison.ts';
import type { Difference } from './finding.ts';
import { type Look, passOver } from './settle.ts';

/** What the mappings say of one course. */
interface BelievedCourse {
  idnumber: string;
  id: number;
  /** The mappings of its groups. */
  groups: Mapping[];
  places: BelievedPlace[];
}

/** The fields that tell who somebody is in a course; all of them would cost seven times as much. */
const userfields = ['id', 'roles', 'groups'];

/**
 * Compares who is in the courses, and in which groups: a call for the people of each course, another one where somebody
 * is missing, and one for its groups where it has any.
 */
export class CourseComparison {
  readonly #instance: Instance;
  readonly #ports: DriftPorts;
  /** The revisions of the people's mappings that what is believed was read from, by idnumber. */
  readonly #revisions = new Map<string, number>();
  /** Those of them on which an earlier comparison has noted something. */
  readonly #noted = new Set<string>();
  readonly #lookedAt = new Set<string>();

  constructor(instance: Instance, ports: DriftPorts) {
    this.#instance = instance;
    this.#ports = ports;
  }

  /** @param after the idnumber of the course to go on after */
  async *looks(after: string | undefined): AsyncIterable<Look> {
    for (const course of await this.#believed(after)) yield this.#look(course);
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

  async #look(course: BelievedCourse): Promise<Look> {
    const look: Look = { differences: [], rows: new Map(), after: course.idnumber };
    try {
      const active = byId(await this.#enrolled(course.id, 'active'));
      let all: Promise<ReadonlyMap<number, EnrolledUser>> | undefined;
      const everybody = () => {
        all ??= this.#enrolled(course.id).then(byId);
        return all;
      };
      const groups = await this.#compareGroups(course, everybody);
      look.differences.push(...groups.differences);
      const people = await comparePlaces(course.idnumber, course.places, { active, everybody }, groups.gone);
      look.differences.push(...people);
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
    { idnumber, id, groups }: BelievedCourse,
    everybody: ObservedPeople['everybody'],
  ): Promise<{ differences: Difference[]; gone: Set<number>; rows: Mapping[] }> {
    const settled = await settledEntities(this.#instance, groups, this.#ports);
    const there = settled.length > 0 ? await getCourseGroups(this.#ports.client, id) : [];
    const names = new Map(there.map((group) => [group.id, group.name]));
    const named: Named = {
      ids: idsByName(there, (group) => `${group.idnumber}@${idnumber}`),
      holdsOf: async (group) => groupHolds([...(await everybody()).values()], group),
    };
    const differences: Difference[] = [];
    const gone = new Set<number>();
    const rows: Mapping[] = [];
    for (const { entity, row } of settled) {
      const name = names.get(row.moodle_id!);
      const own = compareEntity(this.#instance, 'group', entity, name === undefined ? undefined : { name });
      if (name === undefined) gone.add(row.moodle_id!);
      else own.push(...(await compareTwins(row, named)));
      differences.push(...own);
      if (own.length > 0 || row.drift) rows.push(row);
    }
    return { differences, gone, rows };
  }

  /** What the mappings say of the courses after this one, in the order of their idnumbers. */
  async #believed(after: string | undefined): Promise<BelievedCourse[]> {
    const ids = new Map<string, number>();
    const courses = new Map<string, BelievedCourse>();
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
    for (const service of ['students', 'faculty'] as const) {
      const people: Mapping[] = [];
      for await (const row of this.#rows(service, true)) {
        if (row.service === service) {
          if (row.moodle_id !== undefined) ids.set(row.idnumber, row.moodle_id);
        } else people.push(row);
      }
      for (const row of people) this.#addPlaces(row, ids, courses);
    }
    return [...courses.values()].filter(({ groups, places }) => groups.length > 0 || places.length > 0);
  }

  #addPlaces(
    row: Mapping,
    ids: ReadonlyMap<string, number>,
    courses: ReadonlyMap<string, BelievedCourse>,
  ): void {
    const isTeacher = row.service === 'teaching';
    const isOfPerson = isTeacher || row.service === 'enrolments';
    const [person = ''] = row.idnumber.split('@');
    const userid = ids.get(person);
    const isSettled = row.status === 'synced' && row.sync_hash !== undefined;
    if (!isOfPerson || !isSettled || userid === undefined || !isTrueOf(row, person, userid)) return;
    const { teacher, student } = this.#instance.role_ids;
    const roleid = isTeacher ? teacher : student;
    this.#revisions.set(row.idnumber, row.revision);
    if (row.drift) this.#noted.add(row.idnumber);
    for (const [idnumber, { state, groups }] of Object.entries(courseStatesOf(row.extra_data))) {
      const course = courses.get(idnumber);
      if (!course || state === 'pending' || !isTrueOf(row, idnumber, course.id)) continue;
      const members = Object.entries(groups).flatMap(([group, member]) => {
        const id = ids.get(group);
        return member === 'member' && id !== undefined && isTrueOf(row, group, id)
          ? [[group, id] as const]
          : [];
      });
      course.places.push({ idnumber: row.idnumber, userid, roleid, state, groups: new Map(members) });
    }
  }

  /** @param withOthers also what lies in the same range: the enrolments of students lie among their accounts */
  async *#rows(
    service: 'subjects' | 'batches' | 'students' | 'faculty',
    withOthers = false,
  ): AsyncIterable<Mapping> {
    const { mappings } = this.#ports;
    const range = rangeOf(service);
    for await (const page of eachPage((after) => mappings.page(this.#instance.id, { ...range, after })))
      yield* withOthers ? page.mappings : page.mappings.filter((row) => row.service === service);
  }
}

/** Whether what a mapping says of something was said of what has this id. */
function isTrueOf({ made_with: madeWith }: Mapping, idnumber: string, id: number): boolean {
  return (madeWith?.[idnumber] ?? id) === id;
}

function byId(users: readonly EnrolledUser[]): ReadonlyMap<number, EnrolledUser> {
  return new Map(users.map((user) => [user.id, user]));
}
