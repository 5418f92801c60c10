import * as z from 'zod';
import type { OdooClient } from '#shared/odoo/client/client.ts';

/** Whether a field is the login of a student's user, which op.faculty has as a field of its own and op.student has not. */
export function isStudentLogin(model: string, field: string): boolean {
  return model === 'op.student' && field === 'login';
}

/** The field by which a student names the user. */
export const studentUser = 'user_id';

const userSchema = z.tuple([z.int(), z.string()]);
const loginsSchema = z.array(z.looseObject({ id: z.int(), login: z.string() }));

/**
 * Rows of students with the login of their user. With the rights of docs/openeducat-setup.md it may be read, that of a
 * portal user too (18.0).
 *
 * @throws OdooError
 */
export async function withLogins<Row extends Readonly<Record<string, unknown>>>(
  client: OdooClient,
  rows: readonly Row[],
): Promise<Row[]> {
  const userOf = (row: Row) => userSchema.safeParse(row[studentUser]).data?.[0];
  const ids = [...new Set(rows.flatMap((row) => userOf(row) ?? []))];
  if (ids.length === 0) return rows.map((row) => ({ ...row, login: false }));
  const users = await client.executeKw('res.users', 'read', [ids, ['login']], {}, loginsSchema);
  const logins = new Map(users.map(({ id, login }) => [id, login]));
  return rows.map((row) => ({ ...row, login: logins.get(userOf(row) ?? 0) ?? false }));
}
