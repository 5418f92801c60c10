import { KnownLanguages } from '#shared/moodle/accounts/sent-fields.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { languagesFor, shortnameOf } from '#shared/moodle/conventions/profile.ts';
import type { SiteInfo } from '#shared/moodle/functions/site.ts';
import { getUsersByField, updateUsers } from '#shared/moodle/functions/users.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';

/*
 * No web service function tells which fields a site has added to its accounts, and one that it does not have is passed
 * over without a word (4.5 and 5.1). But of an account Moodle tells those that are not empty. So the account of the token
 * gets a word in each field that an instance names; what then stands there, whatever became of the word, is a field.
 */

/** What stands in the fields of the token's own account. */
const mark = 'oec-moodle-sync';

/** The code of the finding that a site seems not to have a field. */
export const unknownField = 'profile-field-unknown';

/** The short names of the site's own fields that an instance fills in. */
function shortnamesIn({ profile }: Pick<Instance, 'profile'>): string[] {
  return Object.keys(profile).flatMap((name) => shortnameOf(name) ?? []);
}

/** Those in which nothing stands in the account of the token. */
async function unseen(
  client: MoodleCaller,
  { userid }: SiteInfo,
  names: readonly string[],
): Promise<string[]> {
  const [own] = await getUsersByField(client, 'id', [userid]);
  const seen = new Set(own?.customfields?.map(({ shortname }) => shortname));
  return names.filter((name) => !seen.has(name));
}

/** Asks for the fields by a look at the account of the token; there is no call where an instance names none. */
export async function profileFindings(
  client: MoodleCaller,
  info: SiteInfo,
  instance: Pick<Instance, 'id' | 'profile'>,
) {
  const names = shortnamesIn(instance);
  if (names.length === 0) return [];
  return (await unseen(client, info, names)).map((name) => ({
    code: unknownField,
    severity: 'warning' as const,
    message:
      `The site has no profile field with the short name ${name}, or a menu in which no choice has come from the ERP yet; ` +
      `nothing stands in it in the token's own account. profile.profile_field_${name} has no effect there.`,
    advice:
      'Compare the short name with Site administration, Users, User profile fields (capitals count), or add the field; ' +
      `in a menu choose something for the token's user. \`oec-moodle instance test ${instance.id}\` asks again.`,
  }));
}

/**
 * Puts the word into the fields of the token's own account in which nothing stands, and where none of it has stayed what
 * people have there: a menu takes nothing but its choices.
 *
 * @param examples what some people have in a field, by its short name
 */
export async function markFields(
  client: MoodleCaller,
  info: SiteInfo,
  instance: Pick<Instance, 'profile'>,
  examples: (shortname: string) => readonly string[],
): Promise<void> {
  let rest = shortnamesIn(instance);
  for (let round = 0; round < 4; round += 1) {
    rest = rest.length > 0 ? await unseen(client, info, rest) : [];
    const customfields = rest.flatMap((type) => {
      const value = round === 0 ? mark : examples(type)[round - 1];
      return value === undefined ? [] : [{ type, value }];
    });
    if (customfields.length === 0) return;
    await updateUsers(client, [{ id: info.userid, customfields }]);
  }
}

/** Languages of these that a Moodle has not, and nothing wider in their place. */
export async function languageFindings(client: MoodleCaller, languages: Iterable<string>) {
  const known = new KnownLanguages();
  const missing: string[] = [];
  for (const code of new Set(languages)) if (!(await known.of(client, code))) missing.push(code);
  return missing.map((code) => ({
    code: 'language-missing',
    severity: 'warning' as const,
    message: `The site has no language ${languagesFor(code).join(' or ')}: whoever has it in the ERP keeps the site's own.`,
    advice:
      'Install its language pack (Site administration, General, Language, Language packs), or take profile.lang away.',
  }));
}
