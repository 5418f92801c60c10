import { mayUse } from '#shared/odoo/calls/access.ts';
import { gapsOf } from '#shared/odoo/calls/erp-models.ts';
import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { type Domain, searchCount, searchRead } from '#shared/odoo/calls/read.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import type { CheckOptions, ErpFinding } from './finding.ts';

const oldest = 16;
const newestKnown = 19;

/** The major version: 18 of `18.0-20250506`, 17 of `saas~17.2+e`; 0 where it cannot be told. */
export function majorOf(version: string): number {
  return Number(/(\d+)\.\d/.exec(version)?.[1] ?? 0);
}

/** Whether it is an Odoo that this product was measured against. */
export function versionFindings(version: string): ErpFinding[] {
  const major = majorOf(version);
  if (major >= oldest && major <= newestKnown) return [];
  if (major > newestKnown) {
    return [
      {
        code: 'version-not-known',
        severity: 'note',
        message: `The ERP runs Odoo ${version}; this release was tried up to ${newestKnown}.`,
        consequence: 'Most likely none; methods or fields may have changed.',
        advice: 'Nothing, unless something fails: then look for a newer release of oec-moodle-sync.',
      },
    ];
  }
  return [
    {
      code: 'version-too-old',
      severity: 'failed',
      message: `The ERP runs Odoo ${version}; ${oldest} or newer is needed.`,
      consequence: 'Nothing can be exported from it or imported into it.',
      advice: 'Upgrade Odoo, or have the ERP write its records itself (docs/data-contract.md).',
    },
  ];
}

/**
 * Whether the language of the connection is installed: Odoo refuses every call in another one.
 *
 * @param client one that asks in English, which is always there
 * @throws OdooError
 */
export async function languageFindings(client: OdooClient, language: string): Promise<ErpFinding[]> {
  if (language === 'en_US') return [];
  const installed = await searchRead(client, 'res.lang', [], ['code'], { activeOnly: true });
  const codes = installed.map(({ code }) => String(code)).toSorted();
  if (codes.includes(language)) return [];
  return [
    {
      code: 'language-not-installed',
      severity: 'failed',
      message: `The language ${language} is not installed in the ERP; there is ${codes.join(', ')}.`,
      consequence: 'Odoo refuses every call in it: nothing is exported or imported.',
      advice:
        'Connect with --language and one that is there, or install it (Settings → Translations → Languages).',
    },
  ];
}

/** What the ERP lacks of all that is read from it or written to it, and what follows. @throws OdooError */
export async function gapFindings(
  fields: ModelFields,
  { completionField, ...asked }: Omit<CheckOptions, 'now'>,
): Promise<ErpFinding[]> {
  const findings = (await gapsOf(fields, asked)).map(
    ({ model, field, consequence, isNeeded }): ErpFinding => {
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
    },
  );
  if ((await fields.of('op.exam')) === undefined)
    findings.push(
      noModel('op.exam', 'Grades from Moodle do not come to the ERP (module openeducat_exam).', false),
    );
  const enrolment = await fields.of('op.student.course');
  if (completionField !== undefined && enrolment && !enrolment.has(completionField))
    findings.push({
      code: 'no-completion-field',
      severity: 'warning',
      message: `The ERP has no field ${completionField} in op.student.course, which erp.completionField names.`,
      consequence: 'Completion in Moodle does not arrive in the ERP.',
      advice:
        'Make the field (docs/openeducat-setup.md, 5), or correct the option and deploy again (docs/deploy.md).',
    });
  return findings;
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

/** What refers to records that a record rule may hide. */
const referring = [
  { model: 'op.student.course', field: 'student_id', what: 'enrolments', hidden: 'students' },
  { model: 'op.session', field: 'faculty_id', what: 'lectures', hidden: 'teachers' },
] as const;

/**
 * Students and teachers that are hidden from the user. Nothing tells of a hidden record but what refers to it: its name
 * is read from there, while a condition on one of its fields is not fulfilled (seen on Odoo 18, with a student of a
 * company that the user is not allowed).
 *
 * @throws OdooError
 */
export async function hiddenFindings(client: OdooClient, fields: ModelFields): Promise<ErpFinding[]> {
  const findings: ErpFinding[] = [];
  for (const { model, field, what, hidden } of referring) {
    if (!(await fields.of(model))?.has(field) || !(await mayUse(client, model, 'read'))) continue;
    const count = (domain: Domain) => searchCount(client, model, domain);
    // Before and after: what is made or deleted in between is not taken for hidden.
    const before = await count([[field, '!=', false]]);
    const seen = await count([[`${field}.create_date`, '!=', false]]);
    const all = Math.min(before, await count([[field, '!=', false]]));
    if (seen >= all) continue;
    findings.push({
      code: `${hidden}-out-of-sight`,
      severity: 'warning',
      message: `${all - seen} of ${all} ${what} name ${hidden} that are hidden from the user.`,
      consequence: `These ${hidden} do not arrive in Moodle, and neither do their ${what}.`,
      advice:
        "Add their companies to the user's allowed companies, and look for record rules on the model " +
        '(docs/openeducat-setup.md, 2).',
    });
  }
  return findings;
}
