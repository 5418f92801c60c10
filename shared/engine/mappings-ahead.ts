import type { Mapping } from './mapping.ts';
import type { MappingPages, MappingStore } from './ports.ts';

/** From so few on, asking for each by its key is no dearer than a page. */
const fewKeys = 20;

/**
 * Reads the mappings of records that lie one after another: by pages of the range they are in, which costs a tenth of
 * reading each by its key, and the few that lie far off by key.
 */
export function mappingsAhead(store: MappingStore & MappingPages): MappingStore {
  return {
    ...store,
    async getMany(instance, idnumbers) {
      const found = new Map<string, Mapping>();
      // DynamoDB orders by UTF-8, which for these ASCII texts is the order of `sort`.
      let rest = [...new Set(idnumbers)].sort();
      const to = rest.at(-1);
      for (let after: string | undefined, from = rest[0]; rest.length > fewKeys; ) {
        const page = await store.page(instance, { from: from!, to: to!, after });
        for (const mapping of page.mappings) found.set(mapping.idnumber, mapping);
        after = page.after;
        const reached = after;
        if (reached === undefined) rest = [];
        else rest = rest.filter((idnumber) => idnumber > reached);
        from = rest[0];
      }
      if (rest.length > 0) {
        for (const [idnumber, mapping] of await store.getMany(instance, rest)) found.set(idnumber, mapping);
      }
      return found;
    },
  };
}
