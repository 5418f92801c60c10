import { mayUse, type Operation } from '#shared/odoo/calls/access.ts';
import type { AskedFor } from '#shared/odoo/calls/erp-models.ts';
import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { CheckOptions, ErpFinding } from './finding.ts';
import { type NeededRight, neededRights, needlessRights } from './needed-rights.ts';

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
  { completionField, ...asked }: Omit<CheckOptions, 'now'>,
): Promise<ErpFinding[]> {
  return missingRights(await rightsThatAre(false, neededRights(completionField, asked), client, fields));
}

/** Each operation that the user may do (or may not), with the right that names it; of models that the ERP has. */
async function rightsThatAre<Right extends { model: string; operations: readonly Operation[] }>(
  isGiven: boolean,
  rights: readonly Right[],
  client: OdooClient,
  fields: ModelFields,
): Promise<{ right: Right; operation: Operation }[]> {
  const asked = rights.flatMap((right) =>
    right.operations.map((operation) => ({ right, operation, isMeant: false })),
  );
  await inLanes(asked, { lanes }, async (each) => {
    const { model } = each.right;
    if ((await fields.of(model)) === undefined) return;
    each.isMeant = (await mayUse(client, model, each.operation)) === isGiven;
  });
  return asked.filter(({ isMeant }) => isMeant);
}

/** What the user may do that it need not, in one finding. @throws OdooError */
export async function needlessRightsFindings(
  client: OdooClient,
  fields: ModelFields,
  asked: AskedFor,
): Promise<ErpFinding[]> {
  const needless = await rightsThatAre(true, needlessRights(asked), client, fields);
  const ofModels = [...Map.groupBy(needless, ({ right }) => right.model)];
  if (ofModels.length === 0) return [];
  const alike = Map.groupBy(ofModels, ([, all]) => all.map(({ operation }) => words[operation]).join(', '));
  const what = [...alike].map(
    ([may, models]) => `${may} records of ${models.map(([model]) => model).join(', ')}`,
  );
  return [
    {
      code: 'needless-rights',
      severity: 'warning',
      message: `The user may ${what.join('; ')}.`,
      consequence: 'The link does none of that, but whoever finds the key could.',
      advice:
        'Untick every application of the user, also those that Odoo ticks by itself (Website, Employees), and leave it ' +
        'the one group (docs/openeducat-setup.md, 2).',
    },
  ];
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
