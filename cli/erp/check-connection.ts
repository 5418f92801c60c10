import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { withCount } from '#cli/output/progress.ts';
import { table, wrapped } from '#cli/output/table.ts';
import { takesParents } from '#shared/moodle/instance/instance.ts';
import { readsTerms } from '#shared/odoo/calls/erp-models.ts';
import type { ErpConnection } from '#shared/odoo/client/connection.ts';
import { checkErp } from '#shared/operate/check-erp/check-erp.ts';
import type { ErpCheck, ErpFinding } from '#shared/operate/check-erp/finding.ts';

/** An ERP that takes longer for one call is as good as away, in milliseconds. */
const timeoutMs = 20_000;

/** Asks an ERP, from this machine, whether the link can work with it. */
export async function checkConnection(
  { now, instances }: Pick<Deployment, 'now' | 'instances'>,
  { outputs }: Pick<ErpDeployment, 'outputs'>,
  { url, database, user, key, language }: ErpConnection,
): Promise<ErpCheck> {
  const { instances: known } = await instances.list();
  return withCount('calls of the ERP', (counted) =>
    checkErp(
      { baseUrl: url, database, user, key, language, timeoutMs, onCall: () => counted() },
      {
        completionField: outputs.ErpCompletionField,
        takesParents: known.some(takesParents),
        readsTerms: readsTerms(known),
        now,
      },
    ),
  );
}

/** What a check found, the worst first: each with what follows and what to do; empty where it found nothing. */
export function findingsTable(findings: readonly ErpFinding[]): string {
  if (findings.length === 0) return '';
  return table(
    ['', 'found', 'what follows', 'what to do'],
    findings.map(({ severity, message, consequence, advice }) => [
      severity,
      wrapped(message, 44),
      wrapped(consequence, 36),
      wrapped(advice, 44),
    ]),
  );
}
