import type { CommandContext, CommandResult } from '#cli/command.ts';
import { transportTitle } from '#cli/commands/report/erp-section.ts';
import { checkConnection, findingsTable } from '#cli/erp/check-connection.ts';
import { placeOf, requireConnection, requireErp } from '#cli/erp/erp-side.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import type { ErpConnection } from '#shared/odoo/client/connection.ts';
import { notToBeSeen } from '#shared/operate/check-erp/check-erp.ts';
import type { ErpCheck } from '#shared/operate/check-erp/finding.ts';

/** Checks the connected ERP now. */
export async function testErp(context: CommandContext): Promise<CommandResult> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const connection = await requireConnection(erp);
  const check = await checkConnection(deployment, erp, connection);
  const { url, database, language } = connection;
  return {
    data: { url, database, language, check, not_seen: notToBeSeen },
    text: [
      verdict(connection, check),
      ...(check.findings.length > 0 ? [findingsTable(check.findings)] : []),
      notToBeSeen,
    ].join('\n'),
    ...(check.status === 'failed' && { exitCode: exitCodes.failed }),
  };
}

function verdict(connection: ErpConnection, { status, version, transport }: ErpCheck): string {
  const by = transport ? ` by ${transportTitle(transport)}` : '';
  const erp = `The ERP (${placeOf(connection)}${version ? `, Odoo ${version}${by}` : ''})`;
  if (status === 'ok') return `${erp} is well.`;
  if (status === 'warning') return `The link can work with ${erp.replace('The', 'the')}, but:`;
  return `The link cannot work with ${erp.replace('The', 'the')}, or with a part of it:`;
}
