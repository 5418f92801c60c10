import type { OdooSettings } from '../settings.ts';
import type { Database } from '../state/database.ts';
import type { Models } from './model.ts';

/** What the code of a model works with. */
export type Environment = {
  models: Models;
  database: Database;
  settings: OdooSettings;
  /** When the transaction began, in milliseconds since 1970: Odoo's `now()`. */
  now: number;
};

/** Today in UTC, as a date is stored. */
export function today({ now }: Environment): string {
  return new Date(now).toISOString().slice(0, 10);
}
