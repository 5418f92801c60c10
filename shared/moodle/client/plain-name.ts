import { decodeHTML } from 'entities';
import * as z from 'zod';

/**
 * A name of a category, course or group as a person reads it. Moodle stores `Law & Order` and answers
 * `Law &amp; Order`; this is the one place that undoes it. Names of users do not come escaped.
 */
export const plainName = z.string().transform((name) => decodeHTML(name));
