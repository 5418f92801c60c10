import { mayUse } from '#shared/odoo/calls/access.ts';
import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { type Domain, searchCount } from '#shared/odoo/calls/read.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import type { ErpFinding } from './finding.ts';

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
