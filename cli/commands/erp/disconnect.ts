import type { CommandContext, CommandResult } from '#cli/command.ts';
import { confirmed } from '#cli/confirm.ts';
import { placeOf, requireErp } from '#cli/erp/erp-side.ts';
import { noteKnownErp, placeNow } from '#cli/erp/known-erp.ts';
import { saveErpConnection } from '#shared/store/erp/erp-connections.ts';

/** What is not undone, for the question and for the answer. */
const stays =
  'The records that were read stay in the table, and what was made of them stays in Moodle; what the import wrote ' +
  'stays in the ERP. Changes on either side wait from now on.';

/** Forgets how the ERP is reached. Nothing is deleted anywhere. */
export async function disconnectErp(
  context: CommandContext,
  options: { yes?: boolean },
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const place = await placeNow(erp);
  if (!place) return { data: { disconnected: false }, text: 'No ERP is connected.' };
  await confirmed(context, options, `The ERP (${placeOf(place)}) would be disconnected. ${stays}`);
  await saveErpConnection(deployment.clients.secrets, erp.outputs.ErpConnectionSecret, undefined);
  await noteKnownErp(erp, { disconnected_at: new Date(deployment.now()).toISOString() });
  return {
    data: { disconnected: true, url: place.url, database: place.database },
    text:
      `The ERP (${placeOf(place)}) is disconnected; functions notice within a minute. ${stays} Delete the API key ` +
      'in Odoo if it is not needed any more. `oec-moodle erp connect` goes on where it stopped.',
  };
}
