import { type Doubts, isAnyDoubt, isInDoubt } from '#shared/moodle/accounts/doubts.ts';
import type { Built, LeftOut, RecordKey } from '#shared/moodle/push/entity.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { addsCourses, dropsCourses, type EnrolmentFields, type PersonEnrolments } from './enrolment-plan.ts';
import { pushEnrolments } from './enrolment-push.ts';
import { courseStatesOf } from './enrolment-state.ts';

/** The courses a person should be in now, with the groups in each, and the records that could not be taken in. */
export interface WantedCourses {
  /** Group keys by the course's idnumber. */
  courses: Map<string, Set<string>>;
  leftOut: LeftOut[];
  /** What the person keeps because it cannot be told whether it is still asked for. */
  doubts: Doubts;
  /** False for a person who is archived, deleted or out of scope: what ends is suspended, never unenrolled. */
  personActive: boolean;
}

interface PersonKind {
  name: 'enrolments' | 'teaching';
  model: RecordKey['model'];
  role: EnrolmentFields['role'];
  /** `oec_student_5` for `5`. */
  toPerson(id: string): string;
  prepare(view: RecordView, ids: string[]): Promise<void>;
  wanted(view: RecordView, id: string): Promise<WantedCourses>;
}

/**
 * The service that keeps all enrolments of a person as one entity, `oec_student_5@enrolments`: several records
 * (two batches of a program, say) can ask for the same course, and only together they tell when it ends.
 */
export function personCourses(kind: PersonKind): PushService<PersonEnrolments> {
  const suffix = `@${kind.name}`;
  const idIn = (idnumber: string) => idnumber.slice(kind.toPerson('').length, -suffix.length);
  return {
    name: kind.name,
    partial: true,
    notes: [],
    targets: async (_world, ids) => new Map(ids.map((id) => [id, [`${kind.toPerson(id)}${suffix}`]])),
    prepare: (view, idnumbers) => kind.prepare(view, idnumbers.map(idIn)),
    build,
    isPresent: (entity) => Object.keys(entity.fields.courses).length > 0,
    takesAway: (entity, mapping) => dropsCourses(entity.fields.courses, courseStatesOf(mapping.extra_data)),
    adds: (entity, mapping) => addsCourses(entity.fields.courses, courseStatesOf(mapping.extra_data)),
    push: (context, items) =>
      pushEnrolments(context, items, ({ entity }) =>
        entity.fields.personActive ? context.instance.on_finish : 'suspend',
      ),
  };

  async function build(view: RecordView, idnumber: string): Promise<Built<PersonEnrolments>> {
    const id = idIn(idnumber);
    const mapping = await view.mapping(idnumber);
    const { courses, leftOut, doubts, personActive } = await kind.wanted(view, id);
    // What Moodle is known to hold is only looked at where it can make a difference: sweeps ask for each person.
    const isToldByRecords = courses.size > 0 && !isAnyDoubt(doubts);
    const known = isToldByRecords ? {} : courseStatesOf(mapping?.extra_data);
    for (const [course, { state, groups }] of Object.entries(known)) {
      if (state !== 'suspended' && isInDoubt(doubts, course)) addCourse(courses, course, Object.keys(groups));
    }
    if (courses.size === 0 && leftOut.length === 0 && !mapping) return { kind: 'nothing' };
    const person = kind.toPerson(id);
    const payload = {
      person,
      role: kind.role,
      courses: Object.fromEntries([...courses].map(([course, groups]) => [course, [...groups].sort()])),
    };
    const groups = Object.values(payload.courses).flat();
    const needsPerson = courses.size > 0 || Object.keys(known).length > 0;
    return {
      kind: 'entity',
      entity: {
        idnumber,
        service: kind.name,
        source: { model: kind.model, id },
        fields: { ...payload, personActive },
        payload,
        dependencies: [...(needsPerson ? [person] : []), ...courses.keys(), ...groups],
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
