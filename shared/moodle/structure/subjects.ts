import {
  parseIdnumber,
  programIdnumber,
  subjectCourseIdnumber,
  subjectCourseOf,
} from '#shared/models/references.ts';
import { isOver } from '#shared/moodle/accounts/doubts.ts';
import { isMissingRecord, MoodleError } from '#shared/moodle/client/errors.ts';
import { failureOfCode, scopeUnknown } from '#shared/moodle/failures.ts';
import {
  type Course,
  createCourses,
  getCourseByField,
  getCoursesByCategory,
  getCoursesByIdnumber,
  updateCourses,
} from '#shared/moodle/functions/courses.ts';
import { fieldsToCreate, fieldsToKeepUp } from '#shared/moodle/instance/ownership.ts';
import { scopeOfProgram } from '#shared/moodle/instance/scope.ts';
import { courseHolds, foundInUse, idInUse } from '#shared/moodle/inventory/twins.ts';
import type { BulkOutcome } from '#shared/moodle/push/bulk.ts';
import type { Built, Entity, EntityInUse } from '#shared/moodle/push/entity.ts';
import type { Counterpart, EntityAdapter, Holder, Updated } from '#shared/moodle/push/entity-adapter.ts';
import { pushEntities } from '#shared/moodle/push/entity-push.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { conflict, type Failure, missingDependency } from '#shared/sync/failure.ts';

/** A Moodle course: one subject in one program. `category` is the program's idnumber. */
export type CourseFields = { fullname: string; shortname: string; category: string; visible: boolean };

/** op.subject → a course in the category of each program that lists it. */
export const subjects: PushService<Entity<CourseFields>> = {
  name: 'subjects',
  partial: false,
  targets,
  prepare: async (view, idnumbers) => {
    const pairs = idnumbers.map(subjectCourseOf);
    await view.load(
      'op.subject',
      pairs.map(({ subjectId }) => subjectId),
    );
    await view.load(
      'op.course',
      pairs.map(({ programId }) => programId),
    );
  },
  build,
  isPresent: (entity) => entity.payload.visible !== false,
  takesAway: (entity, mapping) => mapping.active && entity.payload.visible === false,
  push: (context, items) => pushEntities(context, items, adapter),
};

/** A subject's courses: in the programs that list it now, and those it has in Moodle already. */
async function targets(view: RecordView, ids: string[]): Promise<Map<string, string[]>> {
  return new Map(
    await Promise.all(
      ids.map(async (id) => {
        const programIds = await view.sources({ model: 'op.subject', id }, 'op.course');
        const mapped = await view.mappedIdnumbers(subjectCourseIdnumber(id, ''));
        const listed = programIds.map((programId) => subjectCourseIdnumber(id, programId));
        return [id, [...new Set([...listed, ...mapped])]] as [string, string[]];
      }),
    ),
  );
}

async function build(view: RecordView, idnumber: string): Promise<Built<Entity<CourseFields>>> {
  const { subjectId, programId } = subjectCourseOf(idnumber);
  const source = { model: 'op.subject', id: subjectId } as const;
  const [subject, program] = await Promise.all([
    view.read('op.subject', subjectId),
    view.read('op.course', programId),
  ]);
  const known = { idnumber, service: 'subjects', source } as const;
  // A course that is no longer wanted is hidden; what is in it stays.
  const payload = fieldsToKeepUp(view.instance, 'course', { visible: false });
  const hidden: Built<Entity<CourseFields>> = {
    kind: 'entity',
    entity: { ...known, fields: {}, payload, dependencies: [], active: false },
  };
  const failed = (failure: Failure) => ({ kind: 'failed', source, failure }) as const;
  if (subject.state === 'missing' || program.state === 'missing') return hidden;
  if (program.state === 'valid' && !program.record.subjectIds.includes(subjectId)) return hidden;
  // What cannot be read leaves the course as it is, unless the other of the two says that it is over.
  const isUnclear = subject.state === 'invalid' || program.state === 'invalid';
  if (isUnclear && (isOver(subject) || isOver(program))) return hidden;
  if (subject.state === 'invalid') return failed(subject.failure);
  if (program.state === 'invalid') {
    const { reason } = program.failure;
    return failed(missingDependency(`Its program ${programId} cannot be pushed: ${reason}`));
  }
  const scope = await scopeOfProgram(view, program.record);
  if (scope === 'outside') return hidden;
  if (scope === 'unknown') return failed(scopeUnknown());
  const fields: CourseFields = {
    fullname: subject.record.name,
    shortname: `${subject.record.code}_${program.record.code}`,
    category: programIdnumber(programId),
    visible: subject.record.active && program.record.active,
  };
  // What was never made needs neither its names nor its category to stay out of sight.
  if (!fields.visible && (await view.mapping(idnumber))?.moodle_id === undefined) return hidden;
  return {
    kind: 'entity',
    entity: {
      ...known,
      fields,
      payload: fieldsToKeepUp(view.instance, 'course', fields),
      dependencies: [fields.category],
      active: fields.visible,
    },
  };
}

const adapter: EntityAdapter<CourseFields> = {
  lookUpFirst: false,
  lookUp,
  findOwn: async (context, entities) => {
    const found = await Promise.all(
      entities.map(({ idnumber }) => getCourseByField(context.client, 'idnumber', idnumber)),
    );
    return new Map(found.flatMap((course) => (course ? [[course.idnumber, course.id]] : [])));
  },
  create: async (context, entities) => {
    const courses = await Promise.all(
      entities.map(async (entity) => {
        const required = ['fullname', 'shortname', 'category'] as const;
        const { category, visible, ...names } = fieldsToCreate(
          context.instance,
          'course',
          entity.fields,
          required,
        );
        return {
          ...(names as Pick<CourseFields, 'fullname' | 'shortname'>),
          visible: visible === false ? 0 : 1,
          idnumber: entity.idnumber,
          categoryid: await context.view.moodleId(category!),
        };
      }),
    );
    return (await createCourses(context.client, courses)).map(({ id }) => id);
  },
  refused,
  update: async (context, items) => {
    const courses = await Promise.all(
      items.map(async ({ entity, moodleId }) => {
        const { category, visible, ...names } = entity.payload;
        return {
          id: moodleId,
          ...names,
          ...(visible === undefined ? {} : { visible: visible ? 1 : 0 }),
          ...(category === undefined ? {} : { categoryid: await context.view.moodleId(category) }),
        };
      }),
    );
    const { warnings } = await updateCourses(context.client, courses);
    const codes = new Map(warnings.map((warning) => [warning.itemid, warning.warningcode]));
    return items.map(({ moodleId }): BulkOutcome<Updated> => {
      const code = codes.get(moodleId);
      if (code === undefined) return { done: 'updated' };
      if (isMissingRecord(code)) return { done: 'gone' };
      const failure = failureOfCode(code, 'core_course_update_courses');
      return code === 'shortnametaken' ? { done: { taken: failure } } : { failure };
    });
  },
  uniqueFields: [
    {
      name: 'shortname',
      build,
      holders: async ({ client }, items) => {
        const holders = new Map<string, Holder>();
        for (const { entity } of items) {
          const course = await getCourseByField(client, 'shortname', String(entity.payload.shortname));
          const idnumber = parseIdnumber(course?.idnumber ?? '') ? course?.idnumber : undefined;
          if (course) holders.set(entity.idnumber, { moodleId: course.id, idnumber });
        }
        return holders;
      },
      park: async ({ client }, { entity, moodleId }) => {
        await updateCourses(client, [{ id: moodleId, shortname: `${entity.idnumber} (moved)` }]);
      },
      taken: ({ entity }, { moodleId, idnumber }, isMoving) =>
        isMoving
          ? movingShortname(idnumber!)
          : shortnameTaken(entity.idnumber, String(entity.payload.shortname), { id: moodleId, idnumber }),
    },
  ],
};

/** One call per program finds all its courses. A course that was moved elsewhere by hand is found when it is refused. */
async function lookUp(
  context: PushContext,
  entities: EntityInUse<CourseFields>[],
): Promise<Map<string, Counterpart>> {
  const { client, view } = context;
  const courses: Course[] = [];
  for (const category of new Set(entities.map(({ fields }) => fields.category)))
    courses.push(...(await getCoursesByCategory(client, await view.moodleId(category))));
  const idnumbers = entities.map(({ idnumber }) => idnumber);
  return foundInUse(courses, idnumbers, (id) => courseHolds(client, id));
}

/** What Moodle answers when the idnumber or shortname is somebody's; at the same moment, its database does. */
const keyCodes = new Set(['courseidnumbertaken', 'shortnametaken', 'dmlwriteexception']);

async function refused(
  context: PushContext,
  entity: EntityInUse<CourseFields>,
  error: unknown,
): Promise<Counterpart | undefined> {
  if (!(error instanceof MoodleError) || !keyCodes.has(error.errorcode)) return undefined;
  const same = await getCoursesByIdnumber(context.client, entity.idnumber);
  if (same.length > 0) return { done: await idInUse(same, (id) => courseHolds(context.client, id)) };
  const { shortname } = entity.fields;
  const namesake = await getCourseByField(context.client, 'shortname', shortname);
  return namesake && { failure: shortnameTaken(entity.idnumber, shortname, namesake) };
}

function shortnameTaken(
  own: string,
  shortname: string,
  { id, idnumber }: { id: number; idnumber?: string | undefined },
): Failure {
  return conflict(
    'shortnametaken',
    `The shortname ${shortname} belongs to another course in Moodle (id ${id}).`,
    `Rename that course, or set its course ID number to ${own} to have it adopted.`,
    idnumber,
  );
}

function movingShortname(holder: string): Failure {
  return conflict(
    'shortnamekept',
    `The course ${holder} has the short name of this record in Moodle, though its record has another one.`,
    `Nothing: Moodle is told the short name of ${holder} once more, and this record follows.`,
    holder,
  );
}
