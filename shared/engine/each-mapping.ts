import type { Mapping } from './mapping.ts';
import type { MappingPages } from './ports.ts';

/** The mappings of an instance whose idnumber begins so, one after another in the order of their idnumbers. */
export async function* eachMapping(
  instance: string,
  mappings: MappingPages,
  prefix: string,
): AsyncIterable<Mapping> {
  const range = { from: prefix, to: `${prefix}~` };
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await mappings.page(instance, { ...range, after });
    yield* page.mappings;
    after = page.after;
  }
}
