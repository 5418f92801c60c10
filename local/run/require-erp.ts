import { checkErp } from '#shared/operate/check-erp/check-erp.ts';
import { type ErpAccess, UsageError } from './options.ts';

/**
 * Asks an Odoo that the user named whether the link can work with it, before anything is started, and tells what is
 * not as it should be.
 *
 * @throws UsageError when it cannot be reached, refuses the user, or lacks what is needed
 */
export async function requireErp({ url, ...access }: ErpAccess): Promise<void> {
  const { findings } = await checkErp({ baseUrl: url, ...access }, { now: Date.now });
  const failed = findings.find(({ severity }) => severity === 'failed');
  if (failed) throw new UsageError(`${failed.message} ${failed.advice}`);
  for (const { message, consequence } of findings) console.log(`  ${message} ${consequence}`);
}
