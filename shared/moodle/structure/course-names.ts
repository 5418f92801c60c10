import type { Batch } from '#shared/models/batch.ts';
import type { Program } from '#shared/models/program.ts';
import type { Subject } from '#shared/models/subject.ts';

/** What a course is called in Moodle; a short name is unique there. @param batch of a course that is for one batch only */
export function courseNames(
  subject: Pick<Subject, 'name' | 'code'>,
  program: Pick<Program, 'code'>,
  batch?: Pick<Batch, 'name' | 'code'>,
): { fullname: string; shortname: string } {
  const shortname = `${subject.code}_${program.code}`;
  if (batch === undefined) return { fullname: subject.name, shortname };
  return { fullname: `${subject.name} (${batch.name})`, shortname: `${shortname}_${batch.code}` };
}
