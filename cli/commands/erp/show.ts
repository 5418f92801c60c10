import type { CommandContext, CommandResult } from '#cli/command.ts';
import { erpSection } from '#cli/commands/report/erp-section.ts';
import { sectionText } from '#cli/commands/report/report-text.ts';
import { collectErp } from '#cli/erp/collect-erp.ts';
import { requireErp } from '#cli/erp/erp-side.ts';

import { withProgress } from '#cli/output/progress.ts';

/** All that is known of the ERP's side; the ERP is not called. */
export async function showErp(context: CommandContext): Promise<CommandResult> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const report = await withProgress('records counted', (progress) => {
    let counted = 0;
    return collectErp(deployment, erp, () => {
      counted += 1;
      progress.update(counted, counted);
    });
  });
  const next = report.connection
    ? '`oec-moodle erp test` asks the ERP itself.'
    : '`oec-moodle erp connect` connects one.';
  const failures =
    report.import.failures.length > 0
      ? ['`oec-moodle erp failures list` names each record that is not in the ERP as it should be.']
      : [];
  return { data: report, text: [sectionText(erpSection(report)), ...failures, next].join('\n') };
}
