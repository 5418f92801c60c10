import { batchIdnumber, idOf } from '#shared/models/references.ts';

/** The mapping's key of a batch's group in one course: `oec_batch_3@oec_subj_15_course_7`. In Moodle it is `oec_batch_3`. */
export function batchGroupIdnumber(batchId: string, course: string): string {
  return `${batchIdnumber(batchId)}@${course}`;
}

/** The batch and the course's idnumber in such a key; no course in the idnumber of the batch itself. @throws RangeError for any other text */
export function batchGroupOf(idnumber: string): { batchId: string; course: string | undefined } {
  const [batch = '', course] = idnumber.split('@');
  return { batchId: idOf(batch, 'op.batch'), course };
}
