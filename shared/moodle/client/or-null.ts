import type * as z from 'zod';

/** A value that Moodle leaves out or answers null, depending on settings and rights: null either way. */
export function orNull<T>(schema: z.ZodType<T>) {
  return schema.nullish().transform((value) => value ?? null);
}
