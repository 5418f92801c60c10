import { limitsOf, moodleLimits } from '#shared/models/fields/moodle-limits.ts';
import type { SubjectCourse } from '#shared/models/references.ts';
import { type FilledIn, fillIn } from '#shared/moodle/conventions/fill-in.ts';
import { fieldsIn, withoutRoot } from '#shared/moodle/conventions/template.ts';
import type { TemplateInUse } from '#shared/moodle/conventions/templates.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { readPeriod } from './course-periods.ts';

/** The fields of a course that are made by templates. */
type CourseName = 'fullname' | 'shortname' | 'summary';

/** What a course is called. Its department is that of the program, or that of the subject. */
export function courseNames(
  view: RecordView,
  {
    subjectId,
    programId,
    period,
  }: Pick<SubjectCourse, 'subjectId' | 'programId'> & { period?: SubjectCourse['period'] | undefined },
): Promise<FilledIn<CourseName>> {
  const subject = () => view.read('op.subject', subjectId);
  const program = () => view.read('op.course', programId);
  const batch = async () => period && readPeriod(view, period);
  const department = async () => {
    const readings = await Promise.all([program(), subject()]);
    const ids = readings.flatMap((each) => (each.state === 'valid' ? (each.record.departmentId ?? []) : []));
    return ids[0] === undefined ? undefined : view.read('op.department', ids[0]);
  };
  const { courseFullname } = limitsOf(view.instance.release);
  return fillIn<CourseName>({
    instance: view.instance,
    service: 'subjects',
    noun: 'course',
    records: { subject, program, batch, department },
    rules: {
      fullname: (text, check) => check.requiredValue('full_name', courseFullname, 'for the course', text),
      shortname: (text, check) =>
        check.requiredValue('short_name', moodleLimits.courseShortname, 'for the course', text),
      summary: (text = '', check) =>
        check.fittingText('summary', moodleLimits.courseSummary, 'for the course', text),
    },
    textOf: period === undefined ? ofProgram : ofBatch,
  });
}

/** A course of a program is no batch's: what names the batch is left out. */
function ofProgram({ text }: TemplateInUse): string {
  return withoutRoot(text, 'batch');
}

/** The courses of several batches are told apart, also where the template names no batch. */
function ofBatch({ text, field }: TemplateInUse): string {
  const named = fieldsIn(text).filter(({ root }) => root === 'batch');
  if (field === 'fullname') return named.length > 0 ? text : `${text} ({batch.name})`;
  if (field !== 'shortname') return text;
  const isCode = named.some((each) => ['code', 'id'].includes(each.field) && each.format === undefined);
  return isCode ? text : `${text}_{batch.code}`;
}
