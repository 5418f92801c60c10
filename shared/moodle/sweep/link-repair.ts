import { linksOf, recordTarget } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { Link, RecordItem } from '#shared/models/records.ts';

/** Writes and checks links; a narrow view of the links table. */
export interface LinkKeeper {
  write(added: Link[], removed: Link[]): Promise<void>;
  /** Those of the links that the table does not have, each once. */
  missing(links: Link[]): Promise<Link[]>;
}

const hour = 60 * 60 * 1000;
/** Records whose links are checked in an hour: one in so many, so that each is checked once a day. */
const share = 24;

/**
 * Puts back links that were lost, of one record in 24 each hour: reading all of them each time would cost more than
 * all the rest of a sweep. Links too many do no harm: whoever follows one looks at what the record says.
 *
 * @param now milliseconds since 1970
 * @returns how many links were missing
 */
export async function repairSomeLinks(
  model: PushedModel,
  items: RecordItem[],
  links: LinkKeeper,
  now: number,
): Promise<number> {
  const turn = Math.floor(now / hour) % share;
  const checked = items.filter(({ id }) => Math.abs(Number(id) || 0) % share === turn);
  const missing = await links.missing(checked.flatMap((item) => linksOfItem(model, item)));
  await links.write(missing, []);
  return missing.length;
}

/** The links that a record stands for. */
export function linksOfItem(model: PushedModel, item: RecordItem): Link[] {
  return linksOf(model, item).map((target) => ({ target, source: recordTarget(model, item.id) }));
}
