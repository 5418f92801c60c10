import { prefixes, type ServiceName } from '#shared/models/services.ts';
import type { PushService, ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import { eachPage } from '#shared/sync/each-page.ts';
import { readNear } from '#shared/sync/read-near.ts';
import type { Mapping, MappingPages, MappingReader } from './mapping.ts';

/** The first and last idnumber that begin so: `~` sorts after every character of an idnumber. */
function rangeFrom(prefix: string): { from: string; to: string } {
  return { from: prefix, to: `${prefix}~` };
}

/** The first and last idnumber that the entities of a service can have; those of another service may lie among them. */
export function rangeOf(service: ServiceName): { from: string; to: string } {
  return rangeFrom(prefixes[service]);
}

/** The mappings of an instance whose idnumber begins so, one after another in the order of their idnumbers. */
export async function* eachMapping(
  instance: string,
  mappings: MappingPages,
  prefix: string,
): AsyncIterable<Mapping> {
  const range = rangeFrom(prefix);
  for await (const page of eachPage((after) => mappings.page(instance, { ...range, after })))
    yield* page.mappings;
}

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

/** Mappings kept in memory at the most (1 to 2 kB each). */
const mostKept = 200_000;

/** All mappings of some services in one instance. */
export interface KeptMappings {
  rows: Map<string, Mapping>;
  /** The store, answering from `rows` what concerns the services. */
  store: MappingReader;
}

/**
 * Reads all mappings of services, so that a sweep that has the time reads each only once.
 *
 * @param own services whose idnumbers begin alike
 * @param notes as for `MappingPages`: whoever finds that a push is needed reads those mappings whole
 * @returns undefined where they are too many or there is no time
 */
export async function keepMappings(
  instance: string,
  own: readonly PushService[],
  { mappings, services }: { mappings: MappingReader & MappingPages; services: ServiceRegistry },
  hasTime: () => boolean,
  notes?: readonly string[],
): Promise<KeptMappings | undefined> {
  const range = rangeOf(own[0]!.name);
  const names = new Set(own.map(({ name }) => name));
  const rows = new Map<string, Mapping>();
  let areOthersAmong = false;
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    if (!hasTime() || rows.size > mostKept) return undefined;
    const page = await mappings.page(instance, { ...range, after, notes });
    for (const row of page.mappings) {
      if (names.has(row.service)) rows.set(row.idnumber, row);
      else areOthersAmong = true;
    }
    after = page.after;
  }
  // In the order of the table, so that what begins with a prefix lies together.
  const idnumbers = [...rows.keys()];
  const store: MappingReader = {
    async listByPrefix(_instance, prefix) {
      if (areOthersAmong || !prefix.startsWith(range.from)) return mappings.listByPrefix(instance, prefix);
      const found: Mapping[] = [];
      for (let at = firstFrom(idnumbers, prefix); idnumbers[at]?.startsWith(prefix); at += 1)
        found.push(rows.get(idnumbers[at]!)!);
      return found;
    },
    async getMany(_instance, wanted) {
      const isOwn = (idnumber: string) => own.includes(services.ofIdnumber(idnumber));
      const others = wanted.filter((idnumber) => !rows.has(idnumber) && !isOwn(idnumber));
      const found = others.length > 0 ? await mappings.getMany(instance, others) : new Map<string, Mapping>();
      for (const idnumber of wanted) {
        const row = rows.get(idnumber);
        if (row) found.set(idnumber, row);
      }
      return found;
    },
  };
  return { rows, store };
}

/** The place of the first text that does not sort before this one. @param sorted in the order of their code points */
function firstFrom(sorted: readonly string[], text: string): number {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
