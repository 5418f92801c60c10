import { readNear } from '#shared/sync/read-near.ts';
import type { MappingPages, MappingReader } from './mapping.ts';

/** A store that reads the mappings of records that lie one after another by pages. */
export function mappingsAhead(store: MappingReader & MappingPages): MappingReader {
  return {
    listByPrefix: (instance, prefix) => store.listByPrefix(instance, prefix),
    getMany: (instance, idnumbers) =>
      readNear(idnumbers, {
        async page(from, to) {
          const { mappings, after } = await store.page(instance, { from, to });
          return { rows: new Map(mappings.map((row) => [row.idnumber, row])), reached: after };
        },
        getMany: (rest) => store.getMany(instance, rest),
      }),
  };
}
