import {
  isPushedModel,
  type PushedModel,
  parseRecord,
  pushedModels,
  type RecordOf,
} from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import {
  batchIdnumber,
  departmentIdnumber,
  facultyIdnumber,
  programIdnumber,
  studentIdnumber,
  subjectCourseIdnumber,
} from '#shared/models/references.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';

/**
 * What has to be seen in Moodle for a record to have arrived, each fact as a text of idnumbers: `oec_dept_5` (there
 * is such a category, account or course), `oec_batch_3@COURSE` (a group of that course), `oec_student_5@COURSE`
 * (enrolled there), `oec_student_5@oec_batch_3@COURSE` (member of that group there).
 */
export type ExpectedFacts = { source: RecordKey; facts: string[] };

type Parsed = { [Model in PushedModel]: Map<string, RecordOf[Model]> };

/**
 * The facts that good records stand for, worked out from the records alone and on purpose not by the services that
 * push them. Records that cannot be read or are not active stand for nothing.
 */
export function expectedFacts(items: RecordItem[]): ExpectedFacts[] {
  const all = parse(items);
  const one = (model: PushedModel, id: string, ...facts: string[]) => ({ source: { model, id }, facts });
  const active = <Item extends { active: boolean }>(map: Map<string, Item>) =>
    [...map.values()].filter((record) => record.active);
  return [
    ...[...all['op.department'].keys()].map((id) => one('op.department', id, departmentIdnumber(id))),
    ...active(all['op.course']).map(({ id }) => one('op.course', id, programIdnumber(id))),
    ...active(all['op.subject']).map(({ id }) => one('op.subject', id, ...coursesOfSubject(all, id))),
    ...active(all['op.batch']).map(({ id, programId }) =>
      one('op.batch', id, ...coursesOfProgram(all, programId).map((course) => groupIn(id, course))),
    ),
    ...active(all['op.student']).map(({ id }) => one('op.student', id, studentIdnumber(id))),
    ...active(all['op.faculty']).map(({ id, subjectIds }) => {
      const courses = subjectIds.flatMap((subject) => coursesOfSubject(all, subject));
      const person = facultyIdnumber(id);
      return one('op.faculty', id, person, ...courses.map((course) => `${person}@${course}`));
    }),
    ...[...all['op.student.course'].values()].map((enrolment) =>
      one('op.student.course', enrolment.id, ...factsOfEnrolment(all, enrolment)),
    ),
    ...active(all['op.session']).map((session) =>
      one('op.session', session.id, ...factsOfSession(all, session)),
    ),
  ];
}

function parse(items: RecordItem[]): Parsed {
  const all = Object.fromEntries(pushedModels.map((model) => [model, new Map()])) as Parsed;
  const add = <Model extends PushedModel>(model: Model, item: RecordItem) => {
    const parsed = parseRecord(model, item);
    if (parsed.ok) all[model].set(item.id, parsed.record);
  };
  for (const item of items) if (isPushedModel(item.model)) add(item.model, item);
  return all;
}

function isOpen(all: Parsed, subjectId: string): boolean {
  return all['op.subject'].get(subjectId)?.active === true;
}

function coursesOfSubject(all: Parsed, subjectId: string): string[] {
  if (!isOpen(all, subjectId)) return [];
  return [...all['op.course'].values()]
    .filter(({ active, subjectIds }) => active && subjectIds.includes(subjectId))
    .map(({ id }) => subjectCourseIdnumber(subjectId, id));
}

function coursesOfProgram(all: Parsed, programId: string, chosen?: (subjectId: string) => boolean): string[] {
  const program = all['op.course'].get(programId);
  if (!program?.active) return [];
  return program.subjectIds
    .filter((subject) => isOpen(all, subject) && (chosen?.(subject) ?? true))
    .map((subject) => subjectCourseIdnumber(subject, programId));
}

function factsOfEnrolment(all: Parsed, enrolment: RecordOf['op.student.course']): string[] {
  const { studentId, programId, batchId, subjectIds, state } = enrolment;
  const isCounted = state !== 'finished' && all['op.student'].get(studentId)?.active;
  const batch = batchId === undefined ? undefined : all['op.batch'].get(batchId);
  if (!isCounted || batch?.active === false) return [];
  const isChosen = (subject: string) =>
    subjectIds.length > 0
      ? subjectIds.includes(subject)
      : all['op.subject'].get(subject)?.subjectType === 'compulsory';
  const person = studentIdnumber(studentId);
  const isInGroup = batch?.programId === programId;
  return coursesOfProgram(all, programId, isChosen).flatMap((course) => [
    `${person}@${course}`,
    ...(isInGroup ? [`${person}@${groupIn(batch.id, course)}`] : []),
  ]);
}

function factsOfSession(all: Parsed, session: RecordOf['op.session']): string[] {
  if (session.state === 'cancel' || !all['op.faculty'].get(session.facultyId)?.active) return [];
  const courses = coursesOfProgram(all, session.programId, (subject) => subject === session.subjectId);
  return courses.map((course) => `${facultyIdnumber(session.facultyId)}@${course}`);
}

function groupIn(batchId: string, course: string): string {
  return `${batchIdnumber(batchId)}@${course}`;
}
