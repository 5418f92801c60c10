import { programIdnumber } from '#shared/models/references.ts';
import { type RecordRow, rowOf } from '#shared/moodle/accounts/record-rows.ts';
import { courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { batchGroupIdnumber } from '#shared/moodle/structure/batch-group.ts';
import { isContentOpen } from '#shared/moodle/structure/course-content.ts';
import type { CourseReason } from './course-reason.ts';
import { rowStep } from './row-step.ts';
import { ok, type Step, stop } from './step.ts';

/** How far a course that a person should be in is on its way, and the person's enrolment in it. */
export async function courseSteps(
  view: RecordView,
  { course, programId, batchIds }: CourseReason,
  enrolments: RecordRow,
): Promise<Step[]> {
  const groups = batchIds.map((batchId) => batchGroupIdnumber(batchId, course));
  return [
    rowStep(`category ${programIdnumber(programId)}`, await rowOf(view, programIdnumber(programId))),
    courseStep(course, await rowOf(view, course)),
    ...(await Promise.all(groups.map(async (group) => rowStep(`group ${group}`, await rowOf(view, group))))),
    enrolmentStep(course, groups, enrolments),
  ];
}

/** A course that lacks only the content of its template keeps nobody out. */
function courseStep(course: string, row: RecordRow): Step {
  const about = `course ${course}`;
  const { idnumber, mapping, state } = row;
  if (state !== 'pushed' || !mapping?.failure || !isContentOpen(mapping)) return rowStep(about, row);
  return { ...ok(about, `It is in Moodle, without its content yet: ${mapping.failure.reason}`), idnumber };
}

/** The enrolments of a person have one mapping: what it says of one course need not be why it failed as a whole. */
function enrolmentStep(course: string, groups: string[], row: RecordRow): Step {
  const about = `enrolment in ${course}`;
  const known = courseStatesOf(row.mapping?.extra_data)[course];
  const isInGroups = groups.every((group) => known?.groups[group] === 'member');
  if (known?.state === 'active' && isInGroups) {
    const inGroups = groups.length > 0 ? ', with the group' : '';
    return ok(about, `The person was enrolled${inGroups}.`);
  }
  const step = rowStep(about, row);
  if (step.state !== 'ok') return step;
  return stop(
    about,
    `It was pushed, but the course is ${known?.state ?? 'not noted'} there.`,
    'Save the record once more in OpenEduCat, so that it is pushed again.',
  );
}
