import * as z from 'zod';
import type { OdooClient } from '#shared/odoo/client/client.ts';

export type Operation = 'read' | 'create' | 'write' | 'unlink';

/** Whether the user may do this to records of the model; record rules may still hide single ones. @throws OdooError */
export async function mayUse(client: OdooClient, model: string, operation: Operation): Promise<boolean> {
  // Which of the two it has: Odoo 19 answers the older one too, and logs that it is deprecated.
  if ((await client.transport()) === 'json-2')
    return client.executeKw(model, 'has_access', [[], operation], {}, z.boolean());
  return client.executeKw(model, 'check_access_rights', [operation], { raise_exception: false }, z.boolean());
}
