import type { z } from 'zod';
import type { CallStatistics } from '#shared/http/call-statistics.ts';
import type { FormArguments } from './form.ts';

/** Calls web service functions of one Moodle: the client, or what stands in for it in a dry run. */
export interface MoodleCaller {
  readonly statistics: CallStatistics;
  /** @see MoodleClient.call in client.ts, which says what it throws */
  call<T>(moodleFunction: string, formArguments: FormArguments, schema: z.ZodType<T>): Promise<T>;
}

/** Whether a function may change something in Moodle: the names of all those that only read hold `_get_`. */
export function isWriting(moodleFunction: string): boolean {
  return !moodleFunction.includes('_get_');
}
