import type { Deployment } from '#cli/connection/deployment.ts';
import { withProgress } from '#cli/output/progress.ts';
import type { Finding, Health } from '#shared/engine/health.ts';
import type { Instance } from '#shared/engine/instance.ts';
import { healthOfInstance, healthWithToken } from '#shared/store/instance-health.ts';

/** Findings after which saving the instance makes no sense, also where the operator insists: nothing would ever work. */
const hopeless = new Set(['invalidtoken']);

/** Asks a Moodle whether it can be synced with. @param token the stored one unless given */
export function checkSite({ tokens, now }: Deployment, instance: Instance, token?: string): Promise<Health> {
  return withProgress('Moodle asked', (progress) => {
    progress.update(0, 1);
    return token === undefined
      ? healthOfInstance(instance, { tokens, now })
      : healthWithToken(instance, token, now);
  });
}

/** Whether an instance with this health may be saved. */
export function maySave({ status, findings }: Health, { force }: { force?: boolean }): boolean {
  if (status !== 'failed') return true;
  return force === true && !findings.some(({ code }) => hopeless.has(code));
}

/** How a Moodle that may not be saved is told of. */
export function refusal({ release, findings }: Health): string {
  const isHopeless = findings.some(({ code }) => hopeless.has(code));
  return [
    `The Moodle${release ? ` (${release})` : ''} cannot be synced with as it is. Nothing was saved.`,
    findingsText(findings),
    isHopeless
      ? 'Put it right and run this again.'
      : 'Put it right and run this again, or save it nevertheless with --force.',
  ].join('\n');
}

/** What a check found, with advice; empty where it found nothing. */
export function findingsText(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  return findings
    .map(({ severity, code, message, advice }) => `  ${severity} ${code}: ${message}\n    → ${advice}`)
    .join('\n');
}
