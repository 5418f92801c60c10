import type { CommandContext, CommandResult } from '#cli/command.ts';
import { erpSection, transportTitle } from '#cli/commands/report/erp-section.ts';
import { sectionText } from '#cli/commands/report/report-text.ts';
import { checkConnection, findingsTable } from '#cli/erp/check-connection.ts';
import { collectErp } from '#cli/erp/collect-erp.ts';
import { placeOf, requireConnection, requireErp } from '#cli/erp/erp-side.ts';
import { withCount } from '#cli/output/progress.ts';
import { verdict } from '#cli/peer-check.ts';
import { notToBeSeen } from '#shared/operate/check-erp/check-erp.ts';

/** All that is known of the ERP's side; the ERP is not called. */
export async function showErp(context: CommandContext): Promise<CommandResult> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const report = await withCount('records counted', (counted) => collectErp(deployment, erp, counted));
  return {
    data: report,
    text: [
      sectionText(erpSection(report)),
      report.import.failures.length > 0 &&
        '`oec-moodle erp failures list` names each record that is not in the ERP as it should be.',
      report.connection
        ? '`oec-moodle erp test` asks the ERP itself.'
        : '`oec-moodle erp connect` connects one.',
    ],
  };
}

/** Checks the connected ERP now. */
export async function testErp(context: CommandContext): Promise<CommandResult> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const connection = await requireConnection(erp);
  const check = await checkConnection(deployment, erp, connection);
  const { url, database, language } = connection;
  const by = check.transport ? ` by ${transportTitle(check.transport)}` : '';
  const release = check.version ? `, Odoo ${check.version}${by}` : '';
  return {
    data: { url, database, language, check, not_seen: notToBeSeen },
    text: [
      verdict(`The ERP (${placeOf(connection)}${release})`, check),
      findingsTable(check.findings),
      notToBeSeen,
    ],
    isBad: check.status === 'failed',
  };
}
