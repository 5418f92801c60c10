import { facultyIdnumber, studentIdnumber } from '#shared/models/references.ts';
import { rowOf } from '#shared/moodle/accounts/record-rows.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { rowStep } from './row-step.ts';
import type { Step } from './step.ts';

export type PersonModel = 'op.student' | 'op.faculty';

/** What a person is called in a sentence. */
export const personNouns = { 'op.student': 'student', 'op.faculty': 'teacher' } as const;

/** The idnumber of a person's account. */
export function personIdnumber(model: PersonModel, id: string): string {
  return model === 'op.student' ? studentIdnumber(id) : facultyIdnumber(id);
}

/** Whether the record is there, can be read and is in use. What ends with a `stop` has no further steps. */
export async function recordSteps(view: RecordView, model: PersonModel, id: string): Promise<Step[]> {
  const about = 'record';
  const noun = personNouns[model];
  const reading = await view.read(model, id);
  if (reading.state === 'missing') {
    return [
      {
        about,
        state: 'stop',
        text: `The records table holds no ${noun} ${id}.`,
        advice: 'Have the ERP write it; if it was deleted there, its account in Moodle is suspended.',
      },
    ];
  }
  if (reading.state === 'invalid') {
    return [
      {
        about,
        state: 'stop',
        text: reading.problems.map(({ reason }) => reason).join(' '),
        advice: 'It is pushed as soon as it is corrected.',
      },
    ];
  }
  if (!reading.record.active) {
    return [
      {
        about,
        state: 'stop',
        text: `The ${noun} ${id} is archived in the ERP, so the account and the enrolments are suspended.`,
        advice: 'Unarchive the record in OpenEduCat if that is not meant.',
      },
    ];
  }
  return [{ about, state: 'ok', text: `The ${noun} ${id} is there, can be read and is active.` }];
}

/** Whether the person belongs into the instance, and how far the account is. */
export async function accountSteps(view: RecordView, model: PersonModel, id: string): Promise<Step[]> {
  const row = await rowOf(view, personIdnumber(model, id));
  const { departments, companies } = view.instance.scope;
  // An active person who is to be suspended is none of the instance's.
  if (row.isActive === false) {
    const limits = [
      ...(departments.length > 0 ? [`the departments ${departments.join(', ')}`] : []),
      ...(companies.length > 0 ? [`the companies ${companies.join(', ')}`] : []),
    ].join(' and ');
    return [
      {
        about: 'scope',
        state: 'stop',
        text: `The instance ${view.instance.id} is for ${limits}, and this ${personNouns[model]} belongs to none of them.`,
        advice:
          model === 'op.student'
            ? "An enrolment in a program of such a department brings a student in; the instance's setting scope decides."
            : "The main department or a lecture in such a department brings a teacher in; the instance's setting scope decides.",
      },
    ];
  }
  return [rowStep('account', row)];
}
