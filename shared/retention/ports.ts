import * as z from 'zod';
import type { LinkReader, RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import type { MappingPages, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import type { Log } from '#shared/sync/ports.ts';

/** What a run of the retention works with. */
export interface RetentionPorts {
  records: RecordReader<string> & RecordPages<string>;
  links: LinkReader;
  mappings: Pick<MappingStore, 'getMany' | 'remove'> & MappingPages;
  /** Deletes a record that came from Moodle, unless a pull has written it since. The import hears of it by the stream. */
  pulled: { expire(record: RecordItem): Promise<boolean> };
  /** The ids of all instances. */
  instances: readonly string[];
  log: Log;
}

/** A message of RetentionQueue: what is left of a run, or a whole one. */
export const retentionTaskSchema = z.object({
  position: z.object({ step: z.string(), after: z.string().optional() }).optional(),
});
export type RetentionTask = z.infer<typeof retentionTaskSchema>;
export type RetentionPosition = NonNullable<RetentionTask['position']>;
