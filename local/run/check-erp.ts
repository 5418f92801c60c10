import { OdooClient } from '#shared/odoo/client.ts';
import { OdooError } from '#shared/odoo/errors.ts';
import { type ErpAccess, UsageError } from './options.ts';

/**
 * Signs in to an Odoo that the user named, before anything is started.
 *
 * @throws UsageError when it cannot be reached or refuses the user
 */
export async function checkErp({ url, ...access }: ErpAccess): Promise<void> {
  try {
    await new OdooClient({ baseUrl: url, ...access }).login();
  } catch (error) {
    throw error instanceof OdooError ? new UsageError(error.message) : error;
  }
}
