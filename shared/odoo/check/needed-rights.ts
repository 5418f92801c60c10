import { pushedModels } from '#shared/oec/models.ts';
import type { Operation } from '../access.ts';
import { readModels } from '../erp-models.ts';

/** What the link does with records of a model, and what does not happen where it may not. */
export type NeededRight = {
  model: string;
  operations: readonly Operation[];
  consequence: string;
  /** Whether the export cannot do without it. */
  isNeeded: boolean;
};

const grades = 'Grades from Moodle do not arrive in the ERP.';
const attendance = 'Attendance that is taken in Moodle does not arrive in the ERP.';

/** What the export reads. */
const exported: readonly NeededRight[] = [
  ...pushedModels.map((model): NeededRight => {
    const { withoutModel } = readModels[model];
    const consequence = withoutModel ?? 'Nothing of them is exported, nor what refers to it.';
    return { model, operations: ['read'], consequence, isNeeded: withoutModel === undefined };
  }),
  {
    model: 'res.partner',
    operations: ['read'],
    consequence: 'Names, addresses and phone numbers that are changed on a contact do not arrive in Moodle.',
    isNeeded: true,
  },
];

/** What the import writes, where a school has the module. */
const imported: readonly NeededRight[] = [
  { model: 'op.exam.type', operations: ['read', 'create'], consequence: grades, isNeeded: false },
  ...['op.exam.session', 'op.exam', 'op.exam.attendees', 'op.result.line'].map(written(grades)),
  ...['op.attendance.register', 'op.attendance.sheet', 'op.attendance.line'].map(written(attendance)),
];

/**
 * All rights that the user of the API key needs, and no other (docs/openeducat-setup.md lists the same).
 *
 * @param completionField the field of the enrolment that takes completion, where there is one
 */
export function neededRights(completionField: string | undefined): readonly NeededRight[] {
  const completion: NeededRight = {
    model: 'op.student.course',
    operations: ['write'],
    consequence: 'Completion in Moodle does not arrive in the ERP.',
    isNeeded: false,
  };
  return [...exported, ...imported, ...(completionField === undefined ? [] : [completion])];
}

function written(consequence: string) {
  return (model: string): NeededRight => ({
    model,
    operations: ['read', 'create', 'write', 'unlink'],
    consequence,
    isNeeded: false,
  });
}
