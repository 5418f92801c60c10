import { idnumbersOf } from '#shared/models/references.ts';
import type { PersonModel } from '#shared/moodle/accounts/person-presence.ts';
import { rowOf } from '#shared/moodle/accounts/record-rows.ts';
import { leftOutIdnumber } from '#shared/moodle/push/push-ledger.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { rowStep } from './row-step.ts';
import { ok, type Step, stop } from './step.ts';

export type { PersonModel };

/** What a person is called in a sentence. */
export const personNouns = {
  'op.student': 'student',
  'op.faculty': 'teacher',
  'op.parent': 'parent',
} as const;

const accountOf = {
  'op.student': idnumbersOf('students'),
  'op.faculty': idnumbersOf('faculty'),
  'op.parent': idnumbersOf('parents'),
};

/** What brings somebody into an instance that is for some departments or companies only. */
const waysIn = {
  'op.student': 'An enrolment in a program of such a department brings a student in',
  'op.faculty': 'The main department or a lecture in such a department brings a teacher in',
  'op.parent': 'A child who belongs there brings a parent in',
};

/** The idnumber of a person's account. */
export function personIdnumber(model: PersonModel, id: string): string {
  return accountOf[model](id);
}

/** Whether the record is there, can be read and is in use. What ends with a `stop` has no further steps. */
export async function recordStep(view: RecordView, model: PersonModel, id: string): Promise<Step> {
  const about = 'record';
  const noun = personNouns[model];
  const reading = await view.read(model, id);
  if (reading.state === 'missing')
    return stop(
      about,
      `The records table holds no ${noun} ${id}.`,
      'Have the ERP write it; if it was deleted there, its account in Moodle is suspended.',
    );
  if (reading.state === 'invalid')
    return stop(about, reading.failure.reason, 'It is pushed as soon as it is corrected.');
  if (!reading.record.active)
    return stop(
      about,
      `The ${noun} ${id} is archived in the ERP, so the account is suspended, ${model === 'op.parent' ? 'and the roles over children are taken' : 'and so are the enrolments'}.`,
      'Unarchive the record in OpenEduCat if that is not meant.',
    );
  return ok(about, `The ${noun} ${id} is there, can be read and is active.`);
}

/** Whether the person belongs into the instance, and how far the account is. */
export async function accountStep(view: RecordView, model: PersonModel, id: string): Promise<Step> {
  const row = await rowOf(view, personIdnumber(model, id));
  const { departments, companies } = view.instance.scope;
  if (row.isActive !== false) return rowStep('account', row);
  // An active person who is to be suspended is none of the instance's.
  const limits = [
    ...(departments.length > 0 ? [`the departments ${departments.join(', ')}`] : []),
    ...(companies.length > 0 ? [`the companies ${companies.join(', ')}`] : []),
  ].join(' and ');
  return stop(
    'scope',
    `The instance ${view.instance.id} is for ${limits}, and this ${personNouns[model]} belongs to none of them.`,
    `${waysIn[model]}; the instance's setting scope decides.`,
  );
}

/** What of the record the account is without: an address that is somebody else's, a value that Moodle would not take. */
export async function leftOutSteps(view: RecordView, model: PersonModel, id: string): Promise<Step[]> {
  const row = await view.mapping(leftOutIdnumber({ model, id }));
  return row?.failure ? [ok('account', row.failure.reason, row.failure.advice)] : [];
}
