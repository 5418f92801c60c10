import type * as z from 'zod';
import { OdooAnswerError } from './errors.ts';

/** An answer of Odoo's, as far as it is used. @throws OdooAnswerError */
export function checked<T>(call: string, answer: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const complaints = result.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'all'}: ${issue.code}`);
  throw new OdooAnswerError(call, complaints);
}
