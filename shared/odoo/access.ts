import * as z from 'zod';
import type { OdooClient } from './client.ts';

export type Operation = 'read' | 'create' | 'write' | 'unlink';

/** Whether the user may do this to records of the model; record rules may still hide single ones. @throws OdooError */
export function mayUse(client: OdooClient, model: string, operation: Operation): Promise<boolean> {
  return client.executeKw(model, 'check_access_rights', [operation], { raise_exception: false }, z.boolean());
}
