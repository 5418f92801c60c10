import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { MoodleError, MoodleUnavailableError } from '#shared/moodle/client/errors.ts';
import { missingFunctions, requiredFunctions } from '#shared/moodle/client/required-functions.ts';
import { getSiteInfo, type SiteInfo } from '#shared/moodle/functions/site.ts';
import { checkErp } from '#shared/operate/check-erp/check-erp.ts';
import { type ErpAccess, UsageError } from './options.ts';

const neededFunctions = requiredFunctions.filter(
  ({ direction }) => direction === 'push' || direction === 'both',
);

/**
 * Asks a Moodle that the user named whether it can be pushed to, before anything is started.
 *
 * @returns its release
 * @throws UsageError when it cannot be reached, refuses the token, or the token lacks functions
 */
export async function checkMoodle(client: MoodleClient): Promise<string> {
  let info: SiteInfo;
  try {
    info = await getSiteInfo(client);
  } catch (error) {
    if (!(error instanceof MoodleError || error instanceof MoodleUnavailableError)) throw error;
    throw new UsageError(error.message);
  }
  const missing = missingFunctions(info.functions, neededFunctions).map(({ name }) => name);
  if (missing.length > 0) {
    throw new UsageError(
      `The token may not call ${missing.join(', ')}: add them to its external service (docs/moodle-setup.md).`,
    );
  }
  return info.release;
}

/**
 * Asks an Odoo that the user named whether the link can work with it, before anything is started, and tells what is
 * not as it should be.
 *
 * @throws UsageError when it cannot be reached, refuses the user, or lacks what is needed
 */
export async function checkOdoo({ url, ...access }: ErpAccess): Promise<void> {
  const { findings } = await checkErp({ baseUrl: url, ...access }, { now: Date.now });
  const failed = findings.find(({ severity }) => severity === 'failed');
  if (failed) throw new UsageError(`${failed.message} ${failed.advice}`);
  for (const { message, consequence } of findings) console.log(`  ${message} ${consequence}`);
}
