import type { CommandContext, CommandResult } from '#cli/command.ts';
import { exportReport } from '#cli/erp/collect-erp.ts';
import type { ExportedModelReport } from '#cli/erp/erp-report.ts';
import { requireErp } from '#cli/erp/erp-side.ts';
import { noteAction, ofNoInstance } from '#cli/note-action.ts';
import { inWords } from '#cli/options.ts';
import { confirmed } from '#cli/prompts.ts';
import type { PushedModel } from '#shared/models/models.ts';
import { type ExportFinding, readExportState } from '#shared/odoo/export/export-state.ts';
import { acceptRecords, releaseDeletions } from '#shared/odoo/export/operator.ts';

export interface WordOptions {
  /** Milliseconds. */
  for: number;
  yes?: boolean;
}

/** What waits for such a word, in the ERP's own side of the stack. */
export interface HeldInErp {
  models: ExportedModelReport[];
  findings: ExportFinding[];
}

/** What the findings are called that a word is an answer to. */
const answered = ['deletions-held', 'older-records', 'other-records'];

/** Models with held deletions, with records that are not believed, or with a word that counts. */
export async function heldInErp({ deployment }: Pick<CommandContext, 'deployment'>): Promise<HeldInErp> {
  const connected = await deployment();
  const state = await readExportState(requireErp(connected).states);
  const findings = state.findings.filter(({ code }) => answered.includes(code));
  const models = exportReport(state, connected.now()).models.filter(
    ({ model, held, released_until, accepted_until }) =>
      (held ?? released_until ?? accepted_until) !== undefined ||
      findings.some((finding) => finding.model === model),
  );
  return { models, findings };
}

/** Gives the operator's word that what is gone from the ERP may be deleted here as well. */
export async function releaseErp(
  context: CommandContext,
  options: WordOptions,
  model: PushedModel,
): Promise<CommandResult<{ model: PushedModel; released_until: string; held: number }>> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const held = (await readExportState(erp.states)).models[model]?.held ?? 0;
  await confirmed(
    context,
    options,
    `${held === 0 ? 'Nothing is held now.' : `Held are ${held} deletions.`} Released, all records of ${model} that ` +
      `the ERP no longer has are deleted from the records table for ${inWords(options.for)}, and in Moodle accounts ` +
      'are suspended, courses hidden and enrolments ended for it, as far as its own brake lets them.',
  );
  await noteAction(deployment, `erp release ${model}`, new Map([[ofNoInstance, []]]));
  const until = deployment.now() + options.for;
  await releaseDeletions(erp.states, [model], until, deployment.now());
  const releasedUntil = new Date(until).toISOString();
  return {
    data: { model, released_until: releasedUntil, held },
    text:
      `Deletions of ${model} are released until ${releasedUntil} (UTC). The next runs compare all records, and then ` +
      'delete what is gone; `oec-moodle erp show` tells when that is done.',
  };
}

/** Gives the operator's word that the ERP's records count as they are, whatever their dates say. */
export async function acceptErp(
  context: CommandContext,
  options: WordOptions,
  model: PushedModel,
): Promise<CommandResult<{ model: PushedModel; accepted_until: string }>> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  await confirmed(
    context,
    options,
    `For ${inWords(options.for)}, records of ${model} would be taken over as the ERP has them: in an older state than ` +
      'they were read in before, and under ids that were other records’. In the second case the account, course or ' +
      'enrolment in Moodle goes to the new record, with its grades. `oec-moodle erp show` names them.',
  );
  await noteAction(deployment, `erp accept ${model}`, new Map([[ofNoInstance, []]]));
  const until = deployment.now() + options.for;
  await acceptRecords(erp.states, [model], until, deployment.now());
  const acceptedUntil = new Date(until).toISOString();
  return {
    data: { model, accepted_until: acceptedUntil },
    text:
      `Records of ${model} are taken over as the ERP has them until ${acceptedUntil} (UTC). The next runs compare all ` +
      'of them.',
  };
}
