import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { languagesFor, shortnameOf } from '#shared/moodle/conventions/profile.ts';
import { hasLanguage, type UserChange } from '#shared/moodle/functions/users.ts';
import type { Json } from '#shared/sync/hash.ts';
import type { AccountFields } from './account-fields.ts';

type Fields = Partial<AccountFields>;

/** Fields of an account as Moodle's functions take them: those that a site has added are a list of their own. */
export function sentFields(fields: Fields): Omit<UserChange, 'id'> {
  const own: Record<string, unknown> = {};
  const customfields: { type: string; value: string }[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const type = shortnameOf(name);
    if (type === undefined) own[name] = value;
    else customfields.push({ type, value: String(value) });
  }
  return { ...own, ...(customfields.length > 0 && { customfields }) };
}

/**
 * Puts a language that Moodle has in place of `es_co`: that one, or `es`, or none, since Moodle refuses the whole call for
 * one that it does not have. English is always there. A call for each language that it meets, which changes nothing.
 */
export class KnownLanguages {
  readonly #known = new Map([['en', true]]);

  async fitted<Of extends { lang?: Json }>(client: MoodleCaller, fields: Of): Promise<Of> {
    const { lang, ...others } = fields;
    if (lang === undefined) return fields;
    const code = await this.of(client, String(lang));
    return (code === undefined ? others : { ...fields, lang: code }) as Of;
  }

  async of(client: MoodleCaller, lang: string): Promise<string | undefined> {
    for (const code of languagesFor(lang)) {
      if (!this.#known.has(code)) this.#known.set(code, await hasLanguage(client, code));
      if (this.#known.get(code)) return code;
    }
    return undefined;
  }
}
