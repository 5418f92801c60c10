import type { Deployment } from '#cli/connection/deployment.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { text } from '#shared/models/fields/fields.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { eachPage } from '#shared/sync/each-page.ts';

/**
 * Which courses an operator means: a number is a course's id in Moodle, `oec_subj_15` all courses of a subject,
 * `oec_subj_15_course_7` one of them, and anything else the code of a subject.
 *
 * @returns whether the mapping of a course is meant
 * @throws OperatorError where no subject has that code
 */
export async function namedCourses(
  records: Deployment['records'],
  named: string,
): Promise<(course: Mapping) => boolean> {
  if (/^\d+$/.test(named)) return ({ moodle_id }) => moodle_id === Number(named);
  if (/^oec_subj_\d+_course_\d+$/.test(named)) return ({ idnumber }) => idnumber === named;
  const [, subjectId] = /^oec_subj_(\d+)$/.exec(named) ?? [];
  const ids = subjectId === undefined ? await subjectsOfCode(records, named) : [subjectId];
  if (ids.length > 0) return ({ record_id }) => ids.includes(record_id);
  throw new OperatorError(
    `No subject has the code ${named}.`,
    "Name the course by its id in Moodle, its ID number (oec_subj_15_course_7) or its subject's code.",
  );
}

/** Ids of the subjects with a code, without regard to case. */
export async function subjectsOfCode(records: Deployment['records'], code: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { items } of eachPage((after) => records.page('op.subject', { after }))) {
    for (const item of items) {
      if (text.safeParse(item.code).data?.toLowerCase() === code.trim().toLowerCase()) ids.push(item.id);
    }
  }
  return ids;
}
