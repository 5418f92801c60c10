import * as z from 'zod';

/** A time that is not set: Moodle answers 0, null or nothing at all. */
export const orZero = z
  .number()
  .nullish()
  .transform((seconds) => seconds ?? 0);
