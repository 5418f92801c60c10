import type { Mapping } from './mapping.ts';
import type { MappingPages, MappingStore } from './ports.ts';
import type { PushService, ServiceRegistry } from './push-service.ts';

/** Mappings kept in memory at the most (1 to 2 kB each). */
const mostKept = 200_000;

/** All mappings of one service in one instance. */
export interface KeptMappings {
  rows: Map<string, Mapping>;
  /** The store, answering from `rows` what concerns the service. */
  store: MappingStore;
}

/**
 * Reads all mappings of a service, so that a sweep that has the time reads each only once.
 *
 * @param range the first and last idnumber of the service
 * @returns undefined where they are too many or there is no time
 */
export async function keepMappings(
  instance: string,
  service: PushService,
  range: { from: string; to: string },
  { mappings, services }: { mappings: MappingStore & MappingPages; services: ServiceRegistry },
  hasTime: () => boolean,
): Promise<KeptMappings | undefined> {
  const rows = new Map<string, Mapping>();
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    if (!hasTime() || rows.size > mostKept) return undefined;
    const page = await mappings.page(instance, { ...range, after });
    for (const row of page.mappings) if (row.service === service.name) rows.set(row.idnumber, row);
    after = page.after;
  }
  const store: MappingStore = {
    ...mappings,
    async getMany(_instance, idnumbers) {
      const isOwn = (idnumber: string) => services.ofIdnumber(idnumber) === service;
      const others = idnumbers.filter((idnumber) => !rows.has(idnumber) && !isOwn(idnumber));
      const found = others.length > 0 ? await mappings.getMany(instance, others) : new Map<string, Mapping>();
      for (const idnumber of idnumbers) {
        const row = rows.get(idnumber);
        if (row) found.set(idnumber, row);
      }
      return found;
    },
  };
  return { rows, store };
}
