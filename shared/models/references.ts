import {
  type EntityModel,
  moodleKinds,
  prefixes,
  type ServiceName,
  serviceModels,
  servicesOfKind,
} from './services.ts';

/**
 * What a course is for where its program has more than one of a subject: it begins and ends with that. A batch, an
 * academic term, or an academic year where there are no terms.
 */
export interface CoursePeriod {
  per: 'batch' | 'term' | 'year';
  /** Of the op.batch, op.academic.term or op.academic.year. */
  id: string;
}

/** Whose course it is: a subject's in a program, for all its students or those of a period. */
export interface SubjectCourse {
  subjectId: string;
  programId: string;
  period?: CoursePeriod;
}

/** The record whose entity has an idnumber in Moodle; of a course, the subject and the program in which it is taught. */
export type IdnumberParts =
  | { model: Exclude<EntityModel, 'op.subject'>; id: string }
  | ({ model: 'op.subject'; id: string } & Omit<SubjectCourse, 'subjectId'>);

/** The category of an op.department. */
export const departmentIdnumber = idnumbersOf('departments');

/** The category of an op.course. */
export const programIdnumber = idnumbersOf('programs');

/** The groups of an op.batch: the same idnumber in every course of its program. */
export const batchIdnumber = idnumbersOf('batches');

/** The mapping of the cohort of a program or batch, whose own idnumber it has in Moodle: `oec_batch_3@cohort`. */
export function cohortIdnumber(record: string): string {
  return `${record}@cohort`;
}

/** The account of an op.student. */
export const studentIdnumber = idnumbersOf('students');

/** The account of an op.faculty. */
export const facultyIdnumber = idnumbersOf('faculty');

/** The account of an op.parent. */
export const parentIdnumber = idnumbersOf('parents');

/** The mapping of an op.attendance.sheet, and the mark by which its session in Moodle is known. */
export const sheetIdnumber = idnumbersOf('attendance');

/** The idnumbers of a service's records by their ids, which are decimal texts as {@link recordId} reads them. */
export function idnumbersOf(service: ServiceName): (id: string) => string {
  return (id) => `${prefixes[service]}${id}`;
}

/** The course of an op.subject in one op.course that lists it: `oec_subj_15_course_7`, of a batch `oec_subj_15_course_7_batch_3`. */
export function subjectCourseIdnumber(subjectId: string, programId: string, period?: CoursePeriod): string {
  const course = `${prefixes.subjects}${subjectId}_course_${programId}`;
  return period === undefined ? course : `${course}_${period.per}_${period.id}`;
}

const idnumber = /^(oec_[a-z]+_)([1-9]\d*)(?:_course_([1-9]\d*)(?:_(batch|term|year)_([1-9]\d*))?)?$/;

const models: ReadonlyMap<string, EntityModel> = new Map(
  servicesOfKind(...moodleKinds).map((name) => [prefixes[name], serviceModels[name]]),
);

/** What an idnumber found in Moodle stands for; undefined when it is none of ours. */
export function parseIdnumber(text: string): IdnumberParts | undefined {
  const [, prefix = '', id, programId, per, periodId] = idnumber.exec(text) ?? [];
  const model = models.get(prefix);
  if (model === undefined || id === undefined) return undefined;
  if (model !== 'op.subject') return programId === undefined ? { model, id } : undefined;
  if (programId === undefined) return undefined;
  const period = per === undefined ? {} : { period: { per, id: periodId! } as CoursePeriod };
  return { model, id, programId, ...period };
}

/** The record's id in the idnumber of a model's entity. @throws RangeError for any other idnumber */
export function idOf(text: string, model: EntityModel): string {
  const parts = parseIdnumber(text);
  if (parts?.model !== model) throw new RangeError(`${text} is not the idnumber of an ${model}.`);
  return parts.id;
}

/** The subject, program and period in the idnumber of a course. @throws RangeError for any other idnumber */
export function subjectCourseOf(text: string): SubjectCourse {
  const parts = parseIdnumber(text);
  if (parts?.model !== 'op.subject') throw new RangeError(`${text} is not the idnumber of a course.`);
  const { id: subjectId, programId, period } = parts;
  return { subjectId, programId, ...(period && { period }) };
}
