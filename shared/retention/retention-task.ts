import * as z from 'zod';

/** A message of RetentionQueue: what is left of a run, or a whole one. */
export const retentionTaskSchema = z.object({
  position: z.object({ step: z.string(), after: z.string().optional() }).optional(),
});
export type RetentionTask = z.infer<typeof retentionTaskSchema>;
export type RetentionPosition = NonNullable<RetentionTask['position']>;
