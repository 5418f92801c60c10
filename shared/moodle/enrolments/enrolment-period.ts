import { Temporal } from 'temporal-polyfill';
import type { Enrolment } from '#shared/models/enrolment.ts';
import { dayOf, endOfDay, startOfDay } from '#shared/models/fields/school-day.ts';
import { type FieldsOfRoot, render } from '#shared/moodle/conventions/template.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { type Failure, missingDependency } from '#shared/sync/failure.ts';
import type { Period } from './enrolment-state.ts';

/*
 * Measured on Moodle 4.5 and 5.1: `enrol_manual_enrol_users` writes the times that it is given, and 0 for those that it is
 * not, over those of before, whatever the method's own length of enrolments says; it takes an end before the start, or in
 * the past, without a word. No function tells them. Whoever is outside their times counts as suspended
 * (`onlysuspended`), is missing from `core_enrol_get_users_courses` and from the grade report, and keeps role and groups.
 */

/** For good, and from the beginning. */
export const always: Period = { timestart: 0, timeend: 0 };

export function isLimited({ timestart, timeend }: Period): boolean {
  return timestart !== 0 || timeend !== 0;
}

/** Whether somebody with such a period is let into the course. @param now milliseconds since 1970 */
export function isOpen({ timestart, timeend }: Period = always, now: number): boolean {
  return timestart * 1000 <= now && !isPast({ timeend }, now);
}

/** Whether a period is over. @param now milliseconds since 1970 */
export function isPast({ timeend }: Pick<Period, 'timeend'> = always, now: number): boolean {
  return timeend !== 0 && timeend * 1000 < now;
}

/** A period as a person would say it: `from 2026-09-01`, `from 2026-09-01 until 2027-06-30`. */
export function periodText({ timestart, timeend }: Period, zone: string): string {
  const from = timestart === 0 ? [] : [`from ${dayOf(timestart, zone)}`];
  return [...from, ...(timeend === 0 ? [] : [`until ${dayOf(timeend, zone)}`])].join(' ');
}

/** The period that two enrolments of a person in one course give: from the first day of either to the last. */
export function widest(one: Period = always, other: Period = always): Period {
  const isEndless = one.timeend === 0 || other.timeend === 0;
  return {
    timestart: Math.min(one.timestart, other.timestart),
    timeend: isEndless ? 0 : Math.max(one.timeend, other.timeend),
  };
}

/**
 * When an enrolment begins and ends, as the instance's setting says. What is not known is no limit: nobody waits for a
 * course because a date is missing.
 */
export async function periodOfEnrolment(
  view: RecordView,
  enrolment: Enrolment,
): Promise<{ period: Period; failure?: Failure | undefined }> {
  const { start, end } = view.instance.enrolment_period;
  if (start === undefined && end === undefined) return { period: always };
  const fieldsOf = await fieldsAbout(view, enrolment);
  const [from, until] = [dayIn(view, start, fieldsOf), dayIn(view, end, fieldsOf)];
  const { time_zone: zone } = view.instance;
  const period = {
    timestart: from.day === undefined ? 0 : startOfDay(from.day, zone),
    timeend: until.day === undefined ? 0 : endOfDay(until.day, zone),
  };
  const failure = from.failure ?? until.failure;
  if (period.timeend === 0 || period.timestart < period.timeend) return { period, failure };
  const reason = `The enrolment would end on ${until.day}, before it begins on ${from.day}: it has no limits in Moodle.`;
  return { period: always, failure: missingDependency(reason) };
}

/** The records whose fields the templates may name. */
async function fieldsAbout(view: RecordView, { id, ...enrolment }: Enrolment): Promise<FieldsOfRoot> {
  const { batchId, programId, termId, yearId, studentId } = enrolment;
  const readings = {
    enrolment: await view.read('op.student.course', id),
    batch: batchId === undefined ? undefined : await view.read('op.batch', batchId),
    program: await view.read('op.course', programId),
    term: termId === undefined ? undefined : await view.read('op.academic.term', termId),
    year: yearId === undefined ? undefined : await view.read('op.academic.year', yearId),
    student: await view.read('op.student', studentId),
  };
  return (root) => {
    const reading = readings[root as keyof typeof readings];
    return reading?.state === 'valid' ? reading.item : undefined;
  };
}

/** The day that a template gives; none where it is not set, or an optional field is empty. */
function dayIn(
  { instance }: RecordView,
  template: string | undefined,
  fieldsOf: FieldsOfRoot,
): { day?: string | undefined; failure?: Failure } {
  if (template === undefined) return {};
  const { text, lacks } = render(template, fieldsOf);
  if (text === '') return {};
  const day = text === undefined ? undefined : schoolDay(text, instance.time_zone);
  if (day !== undefined) return { day };
  const reason =
    lacks === undefined
      ? `The setting enrolment_period makes “${text}” of ${template}, which is no date.`
      : `The setting enrolment_period needs ${lacks.field} of the ${lacks.root}, which is empty.`;
  const failure = missingDependency(`${reason} The enrolment has no limit there in Moodle.`, lacks?.field);
  return { failure: { ...failure, advice: `Correct it in OpenEduCat, or the setting (${template}).` } };
}

/** A date of Odoo's, or the day of a moment of Odoo's, which is in UTC. */
function schoolDay(text: string, zone: string): string | undefined {
  try {
    return text.length > 10
      ? dayOf(Date.parse(`${text.replace(' ', 'T')}Z`) / 1000, zone)
      : Temporal.PlainDate.from(text).toString();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
