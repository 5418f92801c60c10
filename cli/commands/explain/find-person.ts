import type { Deployment } from '#cli/connection/deployment.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { withCount } from '#cli/output/progress.ts';
import { comparableEmail } from '#shared/models/fields/email.ts';
import { text } from '#shared/models/fields/fields.ts';
import { emailTarget } from '#shared/models/links.ts';
import { type PersonModel, personNouns } from '#shared/operate/explain/person.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { eachPage } from '#shared/sync/each-page.ts';

/**
 * The id of a person who is named by it, or by an e-mail address. The address is looked up among the links, and where
 * it is not (Moodle would not take it, or the link is lost) among all records. It is in no message.
 *
 * @throws OperatorError when nobody has it, or several have
 */
export async function findPerson(deployment: Deployment, model: PersonModel, who: string): Promise<string> {
  if (/^[1-9]\d*$/.test(who)) return who;
  const noun = personNouns[model];
  if (!who.includes('@')) {
    throw new OperatorError(
      `Neither an id nor an e-mail address names the ${noun}.`,
      'Give the id that the record has in the ERP, or the e-mail address.',
    );
  }
  const linked = await linkedPeople(deployment, model, who);
  const ids = linked.length > 0 ? linked : await searchedPeople(deployment, model, who);
  const [id] = ids;
  if (id === undefined) {
    throw new OperatorError(
      `No ${noun} in the records table has this e-mail address.`,
      'Look the person up in the ERP, and check there that the record was written to the table.',
    );
  }
  if (ids.length > 1) {
    throw new OperatorError(
      `Several records of ${model} have this e-mail address: ${ids.join(', ')}.`,
      'Name one by its id.',
    );
  }
  return id;
}

/** A link can be older than the record: what counts is what that says. */
async function linkedPeople(
  { open, records }: Deployment,
  model: PersonModel,
  email: string,
): Promise<string[]> {
  const links = open(linksStore);
  const items = await records.getMany(model, await links.sources(emailTarget(email), model));
  return [...items.values()].flatMap((item) => (hasEmail(item, email) ? item.id : []));
}

function searchedPeople({ records }: Deployment, model: PersonModel, email: string): Promise<string[]> {
  return withCount('records', async (counted) => {
    const ids: string[] = [];
    for await (const { items } of eachPage((after) => records.page(model, { after }))) {
      for (const item of items) if (hasEmail(item, email)) ids.push(item.id);
      counted(items.length);
    }
    return ids;
  });
}

function hasEmail(item: Record<string, unknown>, email: string): boolean {
  const own = text.safeParse(item.email).data;
  return own !== undefined && comparableEmail(own) === comparableEmail(email);
}
