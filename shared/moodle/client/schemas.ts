import { decodeHTML } from 'entities';
import * as z from 'zod';

/**
 * A name of a category, course or group as a person reads it. Moodle stores `Law & Order` and answers
 * `Law &amp; Order`; this is the one place that undoes it. Names of users do not come escaped.
 */
export const plainName = z.string().transform((name) => decodeHTML(name));

/** A value that Moodle leaves out or answers null, depending on settings and rights: null either way. */
export function orNull<T>(schema: z.ZodType<T>) {
  return schema.nullish().transform((value) => value ?? null);
}

/** A text that Moodle leaves out or answers null: empty either way. */
export const orEmpty = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

/** What the functions say that apply the good items and complain of the others. Moodle's text is left out. */
export const warningSchema = z.object({
  item: z.string().nullish(),
  itemid: z.number().nullish(),
  warningcode: z.string(),
});
export type Warning = z.infer<typeof warningSchema>;

export const warningsSchema = z.object({ warnings: z.array(warningSchema).default([]) });
export type Warnings = z.infer<typeof warningsSchema>;
