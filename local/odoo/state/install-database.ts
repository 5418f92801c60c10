import { companyId, userId } from '../models/base.ts';
import { modelsOf } from '../models/models-of.ts';
import type { Environment, Model } from '../orm/model.ts';
import { create } from '../orm/saving.ts';
import type { OdooSettings } from '../settings.ts';
import { Database } from './database.ts';

/** A database as Odoo's installer leaves it: the company, Odoo's own user (1), and the user (2) with its key. */
export function installDatabase(settings: OdooSettings, now: number): Omit<Environment, 'now'> {
  const models = modelsOf(settings);
  const database = new Database(
    Object.fromEntries(models.all().map((model) => [model.name, indexesOf(model)])),
  );
  const env = { models, database, settings, now };
  const make = (model: string, values: Record<string, unknown>) =>
    create(models.get(model), [values], env)[0];
  make('res.company', { name: settings.schoolName });
  for (const [name, login] of [
    ['OdooBot', '__system__'],
    ['Synchronisation with Moodle', settings.user],
  ] as const) {
    const partner = make('res.partner', { name, company_id: companyId });
    make('res.users', { name, login, partner_id: partner });
  }
  for (const code of settings.languages) make('res.lang', { name: code, code });
  const hasExpiry = 'expiration_date' in models.get('res.users.apikeys').fields;
  make('res.users.apikeys', {
    name: 'oec-moodle-sync',
    user_id: userId,
    ...(hasExpiry && { expiration_date: settings.keyExpires ?? false }),
  });
  return { models, database, settings };
}

/** What rows are looked up by: what they refer to, and what must be unique. */
function indexesOf({ fields, unique = [] }: Model): (readonly string[])[] {
  const references = Object.entries(fields).filter(
    ([, { type, related }]) => type === 'many2one' && related === undefined,
  );
  return [...references.map(([name]) => [name]), ...unique.map((constraint) => constraint.fields)];
}
