import { limitsOf, moodleLimits } from '#shared/models/fields/moodle-limits.ts';
import type { CoursePeriod, SubjectCourse } from '#shared/models/references.ts';
import { type FilledIn, fillIn } from '#shared/moodle/conventions/fill-in.ts';
import { fieldsIn, withoutRoot } from '#shared/moodle/conventions/template.ts';
import type { TemplateInUse } from '#shared/moodle/conventions/templates.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';

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
  const batch = async () => (period?.per === 'batch' ? view.read('op.batch', period.id) : undefined);
  const term = async () => (period?.per === 'term' ? view.read('op.academic.term', period.id) : undefined);
  const year = async () => {
    if (period?.per === 'year') return view.read('op.academic.year', period.id);
    const ofTerm = await term();
    const id = ofTerm?.state === 'valid' ? ofTerm.record.yearId : undefined;
    return id === undefined ? undefined : view.read('op.academic.year', id);
  };
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
    records: { subject, program, batch, term, year, department },
    rules: {
      fullname: (text, check) => check.requiredValue('full_name', courseFullname, 'for the course', text),
      shortname: (text, check) =>
        check.requiredValue('short_name', moodleLimits.courseShortname, 'for the course', text),
      summary: (text = '', check) =>
        check.fittingText('summary', moodleLimits.courseSummary, 'for the course', text),
    },
    textOf: (template) => textFor(template, period),
  });
}

/** What tells a period from others: what is added to a full and a short name that do not, and of what all must be named. */
const apart: Readonly<
  Record<CoursePeriod['per'], { fullname: string; shortname: string; byAll: readonly (readonly string[])[] }>
> = {
  batch: { fullname: ' ({batch.name})', shortname: '_{batch.code}', byAll: [['batch.code', 'batch.id']] },
  term: {
    fullname: ' ({term.name}, {year.name})',
    shortname: '_{year.name}_{term.name}',
    byAll: [
      ['term.name', 'term.id'],
      ['year.name', 'term.id'],
    ],
  },
  year: { fullname: ' ({year.name})', shortname: '_{year.name}', byAll: [['year.name', 'year.id']] },
};

/**
 * A template as it is for the course of a period, or of none: what names a record that this has not is left out, and the
 * courses of several periods are told apart, also where it names none.
 */
function textFor({ text, field }: TemplateInUse, period: CoursePeriod | undefined): string {
  const own: readonly string[] =
    period === undefined ? [] : period.per === 'term' ? ['term', 'year'] : [period.per];
  const kept = ['batch', 'term', 'year']
    .filter((root) => !own.includes(root))
    .reduce((rest, root) => withoutRoot(rest, root), text);
  if (period === undefined) return kept;
  const { fullname, shortname, byAll } = apart[period.per];
  const named = fieldsIn(kept).filter(({ root }) => own.includes(root));
  if (field === 'fullname') return named.length > 0 ? kept : `${kept}${fullname}`;
  if (field !== 'shortname') return kept;
  const whole = named
    .filter(({ format }) => format === undefined)
    .map((each) => `${each.root}.${each.field}`);
  return byAll.every((any) => any.some((name) => whole.includes(name))) ? kept : `${kept}${shortname}`;
}
