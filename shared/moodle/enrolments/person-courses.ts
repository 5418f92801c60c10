import type { RecordOf } from '#shared/models/models.ts';
import { idnumbersOf, idOf } from '#shared/models/references.ts';
import { cohortService } from '#shared/models/services.ts';
import {
  type Doubts,
  isAnyDoubt,
  isInDoubt,
  isUnreadable,
  noDoubts,
} from '#shared/moodle/accounts/doubts.ts';
import type { PersonModel } from '#shared/moodle/accounts/person-presence.ts';
import { takesService } from '#shared/moodle/instance/instance.ts';
import { companyInScope } from '#shared/moodle/instance/scope.ts';
import type { Built, LeftOut } from '#shared/moodle/push/entity.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { joinsCohorts, leavesCohorts } from './cohort-members.ts';
import type { PlaceCalls } from './enrolment-calls.ts';
import { always, isLimited, widest } from './enrolment-period.ts';
import { addsCourses, dropsCourses, type EnrolmentFields, type PersonEnrolments } from './enrolment-plan.ts';
import { pushEnrolments } from './enrolment-push.ts';
import { cohortStatesOf, courseStatesOf, type Period } from './enrolment-state.ts';
import { roleGiven } from './places-of-others.ts';

/** The courses a person should be in now, with the groups in each, and the records that could not be taken in. */
export interface WantedCourses {
  /** Group keys by the course's idnumber. */
  courses: Map<string, Set<string>>;
  /** Idnumbers of cohorts; none where the instance has none. */
  cohorts: Set<string>;
  /** When the person is let in, by the course's idnumber. */
  periods: Map<string, Period>;
  leftOut: LeftOut[];
  /** What the person keeps because it cannot be told whether it is still asked for. */
  doubts: Doubts;
  /** False for a person who is archived, deleted or out of scope: what ends is suspended, never unenrolled. */
  personActive: boolean;
}

type SourceModel = 'op.student.course' | 'op.session';

/** The records that put a person into courses. */
interface SourceRecords<Source extends SourceModel> {
  model: Source;
  /** Whether a record is this person's; the links may be older. */
  isOf(record: RecordOf[Source], person: string): boolean;
  /** Reads ahead what such records lead to. */
  prepare?(view: RecordView, records: RecordOf[Source][]): Promise<void>;
  /** Adds a record's courses; a failure if it, or a part of it, cannot be taken in. */
  take(view: RecordView, record: RecordOf[Source], wanted: WantedCourses): Promise<Failure | undefined>;
}

/** What tells students' enrolments from what teachers teach, and from whose parents somebody is. */
interface PersonKind<Source extends SourceModel> {
  name: 'enrolments' | 'teaching' | 'children';
  model: PersonModel;
  role: EnrolmentFields['role'];
  records?: SourceRecords<Source>;
  /** Reads ahead what the persons' own records lead to. */
  preparePersons?(view: RecordView, ids: string[]): Promise<void>;
  /** Adds what the person's own record says. */
  takePerson?(view: RecordView, id: string, wanted: WantedCourses): Promise<void>;
  /** The role of one person, where it is not that of all; undefined where nobody can tell. */
  roleOf?(view: RecordView, id: string): Promise<number | undefined>;
  /** How Moodle is told; by enrolments unless given. */
  calls?: PlaceCalls;
}

/**
 * The service that keeps all enrolments of a person as one entity, `oec_student_5@enrolments`: several records
 * (two batches of a program, say) can ask for the same course, and only together they tell when it ends.
 */
export function personCourses<Source extends SourceModel>(
  kind: PersonKind<Source>,
): PushService<PersonEnrolments> {
  const suffix = `@${kind.name}`;
  const toPerson = idnumbersOf(kind.name);
  const idIn = (idnumber: string) => idOf(idnumber.slice(0, -suffix.length), kind.model);
  return {
    name: kind.name,
    partial: true,
    notes: [],
    targets: async ({ instance }, ids) =>
      new Map(takesService(instance, kind.name) ? ids.map((id) => [id, [`${toPerson(id)}${suffix}`]]) : []),
    prepare: (view, idnumbers) => prepare(view, idnumbers.map(idIn)),
    build,
    isPresent: ({ fields }) => Object.keys(fields.courses).length > 0 || (fields.cohorts ?? []).length > 0,
    takesAway: ({ fields }, { extra_data: known }, now) =>
      dropsCourses(fields, courseStatesOf(known), now) || leavesCohorts(fields, cohortStatesOf(known)),
    adds: ({ fields }, { extra_data: known }, now) =>
      addsCourses(fields, courseStatesOf(known), now) || joinsCohorts(fields, cohortStatesOf(known)),
    push: (context, items) =>
      pushEnrolments(
        context,
        items,
        ({ entity }) => {
          if (kind.role === 'parent') return 'unenrol';
          return entity.fields.personActive ? context.instance.on_finish : 'suspend';
        },
        kind.calls,
      ),
  };

  async function prepare(view: RecordView, ids: string[]): Promise<void> {
    await view.load(kind.model, ids);
    await kind.preparePersons?.(view, ids);
    const { records } = kind;
    if (!records) return;
    const sources = await Promise.all(
      ids.map((id) => view.sources({ model: kind.model, id }, records.model)),
    );
    const readings = await view.readMany(records.model, sources.flat());
    await records.prepare?.(
      view,
      readings.flatMap((reading) => (reading.state === 'valid' ? [reading.record] : [])),
    );
  }

  async function wantedOf(view: RecordView, id: string): Promise<WantedCourses> {
    const person = await view.read(kind.model, id);
    const personActive =
      person.state === 'valid'
        ? person.record.active && companyInScope(view, person.record.companyId)
        : isUnreadable(person);
    const wanted: WantedCourses = {
      ...{ courses: new Map(), periods: new Map(), cohorts: new Set<string>() },
      ...{ leftOut: [], doubts: noDoubts(), personActive },
    };
    if (!personActive) return wanted;
    if (kind.records) await takeRecords(view, kind.records, id, wanted);
    await kind.takePerson?.(view, id, wanted);
    return wanted;
  }

  async function takeRecords(
    view: RecordView,
    records: SourceRecords<Source>,
    id: string,
    wanted: WantedCourses,
  ): Promise<void> {
    for (const sourceId of await view.sources({ model: kind.model, id }, records.model)) {
      const source = { model: records.model, id: sourceId };
      const reading = await view.read(records.model, sourceId);
      if (reading.state === 'invalid') {
        wanted.leftOut.push({ source, failure: reading.failure });
        wanted.doubts.everything = true;
      } else if (reading.state === 'valid' && records.isOf(reading.record, id)) {
        const failure = await records.take(view, reading.record, wanted);
        if (failure) wanted.leftOut.push({ source, failure });
      }
    }
  }

  async function build(view: RecordView, idnumber: string): Promise<Built<PersonEnrolments>> {
    const id = idIn(idnumber);
    const mapping = await view.mapping(idnumber);
    const { courses, periods, cohorts, leftOut, doubts, personActive } = await wantedOf(view, id);
    // What Moodle is known to hold is only looked at where it can make a difference: sweeps ask for each person.
    const isToldByRecords = courses.size > 0 && !isAnyDoubt(doubts);
    const known = isToldByRecords ? {} : courseStatesOf(mapping?.extra_data);
    for (const [course, { state, groups, period }] of Object.entries(known)) {
      if (state === 'suspended' || !isInDoubt(doubts, course)) continue;
      addCourse(courses, course, Object.keys(groups));
      addPeriod(periods, course, period);
    }
    if (courses.size + cohorts.size + leftOut.length === 0 && !mapping) return { kind: 'nothing' };
    const person = toPerson(id);
    const usualRole = view.instance.role_ids[kind.role];
    const roleid = (await kind.roleOf?.(view, id)) ?? roleGiven(view.instance, mapping ?? {}, kind.role);
    const limited = [...periods].filter(([, period]) => isLimited(period));
    const payload = {
      person,
      role: kind.role,
      ...(kind.role === 'parent' && { roleid: usualRole! }),
      ...(kind.roleOf && roleid !== usualRole && { roleid }),
      courses: Object.fromEntries([...courses].map(([course, groups]) => [course, [...groups].sort()])),
      // Only where there are any: without them a payload is what it always was.
      ...(limited.length > 0 && { periods: Object.fromEntries(limited) }),
      ...(view.instance.cohorts !== 'none' && kind.name === 'enrolments' && { cohorts: [...cohorts].sort() }),
    };
    const groups = Object.values(payload.courses).flat();
    const keepsCohort = (cohort: string) =>
      doubts.everything || doubts.programs.size > 0 || !takesService(view.instance, cohortService(cohort));
    const keptCohorts = Object.keys(cohortStatesOf(mapping?.extra_data)).filter(keepsCohort);
    const needsPerson = courses.size + cohorts.size > 0 || Object.keys(known).length > 0;
    return {
      kind: 'entity',
      entity: {
        idnumber,
        service: kind.name,
        source: { model: kind.model, id },
        fields: { ...payload, keptCohorts, personActive },
        payload,
        dependencies: [...(needsPerson ? [person] : []), ...courses.keys(), ...groups, ...cohorts],
        active: true,
        leftOut,
      },
    };
  }
}

/** Notes that a person belongs into a course and its groups. */
export function addCourse(courses: WantedCourses['courses'], course: string, groups: string[] = []): void {
  const known = courses.get(course) ?? new Set();
  for (const group of groups) known.add(group);
  courses.set(course, known);
}

/** Notes when a person is let into a course: of several records the widest counts. @param period always, unless given */
export function addPeriod(periods: WantedCourses['periods'], course: string, period: Period = always): void {
  const known = periods.get(course);
  periods.set(course, known ? widest(known, period) : period);
}
