import { modelOf } from '#shared/models/models.ts';
import type { Operation } from '#shared/odoo/calls/access.ts';
import { type AskedFor, modelsAskedFor } from '#shared/odoo/calls/erp-models.ts';

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
const exported = (asked: AskedFor): readonly NeededRight[] => [
  ...modelsAskedFor(asked).map((model): NeededRight => {
    const { withoutModel } = modelOf(model).odoo;
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

/** What the import writes, where a school has the module. What it makes once is the ERP's from then on. */
const imported: readonly NeededRight[] = [
  ...['op.exam.type', 'op.exam.session'].map((model) => right(model, ['read', 'create'], grades)),
  right('op.exam', ['read', 'create', 'write'], grades),
  ...['op.exam.attendees', 'op.result.line'].flatMap((model) => [
    right(model, ['read', 'create', 'write'], grades),
    right(model, ['unlink'], 'A grade that is taken back in Moodle stays in the ERP.'),
  ]),
  right('op.attendance.register', ['read', 'create'], attendance),
  right('op.attendance.sheet', ['read', 'create'], attendance),
  right('op.attendance.sheet', ['write'], 'A session that is moved in Moodle stays on its day in the ERP.'),
  right('op.attendance.line', ['read', 'create', 'write'], attendance),
  right('op.attendance.line', ['unlink'], 'A mark that is taken back in Moodle stays in the ERP.'),
];

/**
 * All rights that the user of the API key needs, and no other (docs/openeducat-setup.md lists the same).
 *
 * @param completionField the field of the enrolment that takes completion, where there is one
 */
export function neededRights(completionField: string | undefined, asked: AskedFor): readonly NeededRight[] {
  const completion = right(
    'op.student.course',
    ['write'],
    'Completion in Moodle does not arrive in the ERP.',
  );
  return [...exported(asked), ...imported, ...(completionField === undefined ? [] : [completion])];
}

/** What the user of the API key could do without need: a key that leaks would. Contacts hold the names of all people. */
export function needlessRights(asked: AskedFor): { model: string; operations: readonly Operation[] }[] {
  const needed = Map.groupBy(neededRights('any', asked), ({ model }) => model);
  return [...needed].map(([model, rights]) => {
    const used = new Set(rights.flatMap(({ operations }) => operations));
    return { model, operations: (['create', 'write', 'unlink'] as const).filter((each) => !used.has(each)) };
  });
}

/** A right without which the rest goes on. */
function right(model: string, operations: readonly Operation[], consequence: string): NeededRight {
  return { model, operations, consequence, isNeeded: false };
}
