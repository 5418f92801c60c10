import { dayOf, daysBefore } from '#shared/models/fields/school-day.ts';
import { batchIdnumber, type CoursePeriod, subjectCourseOf } from '#shared/models/references.ts';
import { haveCoursesTime } from '#shared/moodle/instance/instance.ts';
import type { Reading, RecordView } from '#shared/moodle/push/record-view.ts';
import { batchGroupOf } from './batch-group.ts';

/*
 * Courses in time: where an instance has a course for each batch (`course_per`), it is made some weeks before the batch
 * begins, shown to students on a day before that, and left as it is once the batch is over.
 */

/** How far a period is: its courses are not to be made yet, not to be shown yet, in use, or over. */
export type Phase = 'early' | 'hidden' | 'running' | 'over';

/** The record that says when a period begins and ends. */
export function readPeriod(view: RecordView, { id }: CoursePeriod): Promise<Reading<'op.batch'>> {
  return view.read('op.batch', id);
}

/** How far a period is today at the school. One of which nobody knows when it is, is running. */
export async function phaseOf(view: RecordView, period: CoursePeriod): Promise<Phase> {
  const reading = await readPeriod(view, period);
  if (reading.state === 'missing') return 'over';
  if (reading.state === 'invalid') return reading.retired ? 'over' : 'running';
  const { active, startDate: start, endDate: end } = reading.record;
  const { time_zone: zone, courses } = view.instance;
  const today = dayOf(view.now / 1000, zone);
  const hasEnded = end !== undefined && end < today && !(start !== undefined && end < start);
  if (!active || hasEnded) return 'over';
  if (start === undefined) return 'running';
  if (today < daysBefore(start, courses.made_weeks_before * 7)) return 'early';
  return today < daysBefore(start, courses.shown_days_before) ? 'hidden' : 'running';
}

/** Whether courses of the instance begin and end with somebody's time: then students leave them at its end. */
export function areInTime({ instance }: RecordView): boolean {
  return instance.course_per === 'batch';
}

/**
 * The period whose courses students of a program and batch are in; undefined where these are the program's own. A batch
 * stays as it has begun: it is in the courses in which Moodle has its groups, whatever was set since.
 */
export async function periodOf(
  view: RecordView,
  { programId, batchId }: { programId: string; batchId?: string | undefined },
): Promise<CoursePeriod | undefined> {
  // Where it was never set there are no others, and nothing is to be read.
  if (!haveCoursesTime(view.instance) || batchId === undefined) return undefined;
  const per = (await begunAs(view, programId, batchId)) ?? view.instance.course_per;
  return per === 'batch' ? { per, id: batchId } : undefined;
}

async function begunAs(
  view: RecordView,
  programId: string,
  batchId: string,
): Promise<'program' | 'batch' | undefined> {
  const groups = await view.idnumbersInMoodle(`${batchIdnumber(batchId)}@`);
  const courses = groups
    .map((group) => subjectCourseOf(batchGroupOf(group).course!))
    .filter((course) => course.programId === programId);
  if (courses.some(({ period }) => period)) return 'batch';
  // Until it begins, the groups of a batch are empty.
  return courses.length > 0 && (await hasBegun(view, batchId)) ? 'program' : undefined;
}

async function hasBegun(view: RecordView, batchId: string): Promise<boolean> {
  const batch = await view.read('op.batch', batchId);
  const start = batch.state === 'valid' ? batch.record.startDate : undefined;
  return start === undefined || start < dayOf(view.now / 1000, view.instance.time_zone);
}

/**
 * In which courses a program is taught, and how far these are; without a period, the program's own courses: they are over
 * with the last batch that is in them.
 */
export async function periodsOfProgram(
  view: RecordView,
  programId: string,
): Promise<{ period?: CoursePeriod; phase: Phase }[]> {
  if (!haveCoursesTime(view.instance)) return [{ phase: 'running' }];
  const batchIds = await view.sources({ model: 'op.course', id: programId }, 'op.batch');
  const batches = await view.readMany('op.batch', batchIds);
  const periods: { period?: CoursePeriod; phase: Phase }[] = [];
  let isOwnInUse = view.instance.course_per === 'program';
  for (const [index, batchId] of batchIds.entries()) {
    const batch = batches[index]!;
    // A link can be older than the record.
    if (batch.state === 'valid' && batch.record.programId !== programId) continue;
    const period = await periodOf(view, { programId, batchId });
    const phase = await phaseOf(view, { per: 'batch', id: batchId });
    if (period) periods.push({ period, phase });
    else isOwnInUse ||= phase !== 'over';
  }
  return [{ phase: isOwnInUse ? 'running' : 'over' }, ...periods];
}

/** Whether a course is made for a period, or is there already. @param course its idnumber */
export async function isMade(view: RecordView, course: string, phase: Phase): Promise<boolean> {
  if (phase === 'hidden' || phase === 'running') return true;
  return (await view.mapping(course))?.moodle_id !== undefined;
}
