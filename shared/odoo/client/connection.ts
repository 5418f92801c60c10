import * as z from 'zod';
import { timeZone } from '#shared/models/fields/school-day.ts';

/** How the ERP is reached: what the operator has given with `oec-moodle erp connect`. */
export const erpConnectionSchema = z.object({
  /** Odoo's address without a path, e.g. `https://erp.example.org`. */
  url: z.url({ protocol: /^https?$/ }),
  database: z.string().min(1),
  /** The login of the user whose key it is. */
  user: z.string().min(1),
  key: z.string().min(1),
  /** The registrar's language: first names and other translated texts are read and written in it. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?(@\w+)?$/)
    .default('en_US'),
  /** The school's: days are made of moments by it. */
  time_zone: timeZone.default('UTC'),
});
export type ErpConnection = z.output<typeof erpConnectionSchema>;

/** What the secret holds before the ERP is connected, and after it has been disconnected. */
export const notConnected = '{}';
