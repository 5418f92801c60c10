import type { Link, LinkReader } from '#shared/models/records.ts';
import type { LinkKeeper } from '#shared/moodle/sweep/link-repair.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';

/** Adding a link that is there, or removing one that is not, changes nothing. */
export type LinksStore = LinkReader & LinkKeeper;

/** The RecordLinks table: which records refer to which. Kept by record-stream, so it is as fresh as the stream. */
export const linksStore = tableStore(
  'LinksTable',
  { sources: 'Query', missing: 'BatchGetItem', write: 'BatchWriteItem' },
  openLinks,
);

function openLinks(table: Table): LinksStore {
  return {
    async sources(target, model) {
      const prefix = `${model}#`;
      const items = await table.query({ target }, { source: prefix });
      return items.map(({ source }) => String(source).slice(prefix.length));
    },

    write: (added, removed) => table.write({ put: added.map(toItem), remove: removed.map(toItem) }),

    async missing(links) {
      // A link between two records of one batch is named by both, and DynamoDB refuses a key that comes twice.
      const wanted = new Map(links.map((link) => [nameOf(link), link]));
      const items = await table.getMany([...wanted.values()].map(toItem));
      for (const item of items) wanted.delete(nameOf(item as Link));
      return [...wanted.values()];
    },
  };
}

function nameOf({ target, source }: Link): string {
  return `${target}<${source}`;
}

function toItem({ target, source }: Link) {
  return { target, source };
}
