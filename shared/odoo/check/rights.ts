import { inLanes } from '#shared/engine/in-lanes.ts';
import { mayUse, type Operation } from '../access.ts';
import type { OdooClient } from '../client.ts';
import type { ModelFields } from '../model-fields.ts';
import type { ErpFinding } from './finding.ts';
import { type NeededRight, neededRights } from './needed-rights.ts';

/** So many calls at a time: Odoo answers each in some milliseconds, the network takes the rest. */
const lanes = 4;

const words: Record<Operation, string> = {
  read: 'read',
  create: 'create',
  write: 'change',
  unlink: 'delete',
};

/** What the user may not do to models that the ERP has. @throws OdooError */
export async function rightsFindings(
  client: OdooClient,
  fields: ModelFields,
  completionField: string | undefined,
): Promise<ErpFinding[]> {
  const questions = neededRights(completionField).flatMap((right) =>
    right.operations.map((operation) => ({ right, operation, isMissing: false })),
  );
  await inLanes(questions, { lanes, hasTime: () => true }, async (question) => {
    const { model } = question.right;
    if ((await fields.of(model)) === undefined) return;
    question.isMissing = !(await mayUse(client, model, question.operation));
  });
  return missingRights(questions.filter(({ isMissing }) => isMissing));
}

/** One finding for all models of which the same is missing with the same consequence. */
function missingRights(missing: readonly { right: NeededRight; operation: Operation }[]): ErpFinding[] {
  const ofModels = [...Map.groupBy(missing, ({ right }) => right)].map(([right, all]) => ({
    right,
    what: all.map(({ operation }) => words[operation]).join(', '),
  }));
  const alike = Map.groupBy(ofModels, ({ right, what }) => `${what} ${right.consequence}`);
  return [...alike.values()].map((all) => {
    const { right, what } = all[0]!;
    return {
      code: 'missing-right',
      severity: right.isNeeded ? 'failed' : 'warning',
      message: `The user may not ${what} records of ${all.map(({ right: { model } }) => model).join(', ')}.`,
      consequence: right.consequence,
      advice: "Add it to the access rights of the user's group (docs/openeducat-setup.md, 1).",
    };
  });
}
