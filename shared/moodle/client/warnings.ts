import * as z from 'zod';

/** What the functions say that apply the good items and complain of the others. Moodle's text is left out. */
export const warningSchema = z.object({
  item: z.string().nullish(),
  itemid: z.number().nullish(),
  warningcode: z.string(),
});
export type Warning = z.infer<typeof warningSchema>;

export const warningsSchema = z.object({ warnings: z.array(warningSchema).default([]) });
export type Warnings = z.infer<typeof warningsSchema>;
