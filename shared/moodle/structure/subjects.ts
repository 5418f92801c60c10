import { endOfDay, startOfDay } from '#shared/models/fields/school-day.ts';
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
import type { Instance } from '#shared/moodle/instance/instance.ts';
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
import { copyContents, howMade, isContentOpen, noteOfContent } from './course-content.ts';
import { courseNames } from './course-names.ts';
import { coursesOfProgram, type Period, periodWords, phaseOf, readPeriod } from './course-periods.ts';
import { plainSummary, summaryHtml } from './course-summary.ts';

/** FORMAT_HTML of Moodle's lib/weblib.php. */
const formatHtml = 1;

/**
 * A Moodle course: one subject in one program, or in one batch or term of it. `category` is the program's idnumber. Dates
 * are days at the school, as far as that has them; without an end, `enddate` is empty. `summary` is a plain text.
 */
export type CourseFields = {
  fullname: string;
  shortname: string;
  summary?: string;
  category: string;
  visible: boolean;
  startdate?: string;
  enddate?: string;
};

/** op.subject → a course in the category of each program that lists it, or one for each of its batches or terms. */
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
    await view.load(
      'op.batch',
      pairs.flatMap(({ period }) => (period?.per === 'batch' ? period.id : [])),
    );
  },
  build,
  isPresent: (entity) => entity.payload.visible !== false,
  takesAway: (entity, mapping) => mapping.active && entity.payload.visible === false,
  isOpen: (entity, mapping) => entity.active && isContentOpen(mapping),
  push: async (context, items) => {
    const results = await pushEntities(context, items, adapter);
    await copyContents(context, items, results);
    return results;
  },
};

/** A subject's courses: in the programs that list it now, and those it has in Moodle already. */
async function targets(view: RecordView, ids: string[]): Promise<Map<string, string[]>> {
  return new Map(
    await Promise.all(
      ids.map(async (id) => {
        const programIds = await view.sources({ model: 'op.subject', id }, 'op.course');
        const mapped = await view.mappedIdnumbers(subjectCourseIdnumber(id, ''));
        const listed = await Promise.all(programIds.map((programId) => coursesIn(view, id, programId)));
        return [id, [...new Set([...listed.flat(), ...mapped])]] as [string, string[]];
      }),
    ),
  );
}

/** The courses that a subject should have in a program now. */
async function coursesIn(view: RecordView, subjectId: string, programId: string): Promise<string[]> {
  const courses = await coursesOfProgram(view, subjectId, programId);
  return courses
    .filter(({ phase }) => phase === 'hidden' || phase === 'running')
    .map(({ period }) => subjectCourseIdnumber(subjectId, programId, period));
}

async function build(view: RecordView, idnumber: string): Promise<Built<Entity<CourseFields>>> {
  const { subjectId, programId, period } = subjectCourseOf(idnumber);
  const source = { model: 'op.subject', id: subjectId } as const;
  const phase = period === undefined ? 'running' : await phaseOf(view, period);
  const isMapped = async () => (await view.mapping(idnumber))?.moodle_id !== undefined;
  // What is over stays as it is, whatever became of its records.
  if (phase === 'over' || (phase === 'early' && !(await isMapped()))) return { kind: 'nothing' };
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
  const time = period && (await readPeriod(view, period));
  if (time?.state === 'invalid') {
    const { reason } = time.failure;
    return failed(missingDependency(`Its ${periodWords(period!)} cannot be pushed: ${reason}`));
  }
  const isInUse = subject.record.active && program.record.active;
  // What was never made needs neither its names nor its category to stay out of sight.
  if (!isInUse && !(await isMapped())) return hidden;
  const named = await courseNames(view, { subjectId, programId, period });
  if (named.failure) return isInUse ? failed(named.failure) : hidden;
  const { fullname = '', shortname = '', summary } = named.fields;
  const fields: CourseFields = {
    ...{ fullname, shortname },
    ...(summary !== undefined && { summary: plainSummary(summary) }),
    category: programIdnumber(programId),
    visible: isInUse && phase === 'running',
    ...datesOf(time?.state === 'valid' ? time.record : undefined),
  };
  return {
    kind: 'entity',
    entity: {
      ...known,
      fields,
      payload: fieldsToKeepUp(view.instance, 'course', fields),
      dependencies: [fields.category],
      active: isInUse,
    },
  };
}

/** Moodle wants a start where there is an end. An end before the start is none. */
function datesOf({
  startDate,
  endDate = '',
}: Partial<Period> = {}): Pick<CourseFields, 'startdate' | 'enddate'> {
  if (startDate === undefined) return {};
  return { startdate: startDate, enddate: endDate < startDate ? '' : endDate };
}

/**
 * The dates of a payload as Moodle keeps them. It takes an end only together with a start, also where the course has one
 * (measured on 4.5 and 5.1: `nostartdatenoenddate`); 0 is no end. Its form knows minutes only, so a course ends with the last.
 */
function sentDates(
  { startdate, enddate }: Pick<CourseFields, 'startdate' | 'enddate'>,
  known: Pick<CourseFields, 'startdate'>,
  { time_zone: zone }: Instance,
): { startdate?: number; enddate?: number } {
  const start = startdate ?? (enddate ? known.startdate : undefined);
  return {
    ...(start !== undefined && { startdate: startOfDay(start, zone) }),
    ...(enddate !== undefined && { enddate: enddate === '' ? 0 : endOfDay(enddate, zone) - 59 }),
  };
}

const adapter: EntityAdapter<CourseFields> = {
  lookUpFirst: false,
  noteBefore: ({ view }, mapping) => noteOfContent(view, mapping),
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
        const required = ['fullname', 'shortname', 'category', 'startdate'] as const;
        const { category, visible, summary, startdate, enddate, ...names } = fieldsToCreate(
          context.instance,
          'course',
          entity.fields,
          required,
        );
        return {
          ...(names as Pick<CourseFields, 'fullname' | 'shortname'>),
          ...sentDates({ startdate, enddate }, entity.fields, context.instance),
          ...summaryToSend(summary),
          visible: visible === false ? 0 : 1,
          idnumber: entity.idnumber,
          categoryid: await context.view.moodleId(category!),
          ...(await howMade(context.view, entity.idnumber)),
        };
      }),
    );
    return (await createCourses(context.client, courses)).map(({ id }) => id);
  },
  refused,
  update: async (context, items) => {
    const courses = await Promise.all(
      items.map(async ({ entity, moodleId }) => {
        const { category, visible, summary, startdate, enddate, ...names } = entity.payload;
        return {
          id: moodleId,
          ...names,
          ...sentDates({ startdate, enddate }, entity.fields, context.instance),
          ...summaryToSend(summary),
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

function summaryToSend(summary: string | undefined) {
  return summary === undefined ? {} : { summary: summaryHtml(summary), summaryformat: formatHtml };
}

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
  const { lang } = context.instance.new_courses;
  if (lang !== undefined && error instanceof MoodleError && error.errorcode === 'errorinvalidparam')
    return { failure: noLanguage(lang) };
  if (!(error instanceof MoodleError) || !keyCodes.has(error.errorcode)) return undefined;
  const same = await getCoursesByIdnumber(context.client, entity.idnumber);
  if (same.length > 0) return { done: await idInUse(same, (id) => courseHolds(context.client, id)) };
  const { shortname } = entity.fields;
  const namesake = await getCourseByField(context.client, 'shortname', shortname);
  return namesake && { failure: shortnameTaken(entity.idnumber, shortname, namesake) };
}

/** Of what a new course is given, only its language is looked up (4.5 and 5.1); names are never empty. */
function noLanguage(lang: string): Failure {
  return {
    class: 'refused',
    code: 'nolanguage',
    reason: `Moodle has no language pack ${lang}, which new courses are to have.`,
    advice: 'Install it in Moodle, or correct the setting new_courses.lang; it is tried again by itself.',
  };
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
