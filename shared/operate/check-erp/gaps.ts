import { gapsOf } from '#shared/odoo/calls/erp-models.ts';
import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import type { ErpFinding } from './finding.ts';

/** What the ERP lacks of all that is read from it or written to it, and what follows. @throws OdooError */
export async function gapFindings(
  fields: ModelFields,
  completionField: string | undefined,
): Promise<ErpFinding[]> {
  const gaps = (await gapsOf(fields)).map(({ model, field, consequence, isNeeded }): ErpFinding => {
    if (field === undefined) return noModel(model, consequence, isNeeded);
    return {
      code: 'missing-field',
      severity: isNeeded ? 'failed' : 'note',
      message: `The ERP has no field ${field} in ${model}.`,
      consequence,
      advice: isNeeded
        ? "Check the version of OpenEduCat, and modules of the school's own that change this model."
        : 'Nothing, unless you miss it: another version of OpenEduCat has it.',
    };
  });
  return [...gaps, ...(await examGap(fields)), ...(await completionGap(fields, completionField))];
}

function noModel(model: string, consequence: string, isNeeded: boolean): ErpFinding {
  return {
    code: isNeeded ? 'no-openeducat' : 'missing-module',
    severity: isNeeded ? 'failed' : 'note',
    message: `The ERP has no model ${model}.`,
    consequence,
    advice: isNeeded
      ? 'Check that this is the database in which OpenEduCat is installed.'
      : 'Nothing, unless the school wants it: then install the module.',
  };
}

async function examGap(fields: ModelFields): Promise<ErpFinding[]> {
  if ((await fields.of('op.exam')) !== undefined) return [];
  return [noModel('op.exam', 'Grades from Moodle do not come to the ERP (module openeducat_exam).', false)];
}

async function completionGap(
  fields: ModelFields,
  completionField: string | undefined,
): Promise<ErpFinding[]> {
  if (completionField === undefined) return [];
  const enrolment = await fields.of('op.student.course');
  if (enrolment === undefined || enrolment.has(completionField)) return [];
  return [
    {
      code: 'no-completion-field',
      severity: 'warning',
      message: `The ERP has no field ${completionField} in op.student.course, which erp.completionField names.`,
      consequence: 'Completion in Moodle does not arrive in the ERP.',
      advice:
        'Make the field (docs/openeducat-setup.md, 5), or correct the option and deploy again (docs/deploy.md).',
    },
  ];
}
