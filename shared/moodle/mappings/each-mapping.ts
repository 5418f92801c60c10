import { eachPage } from '#shared/sync/each-page.ts';
import type { Mapping, MappingPages } from './mapping.ts';

/** The mappings of an instance whose idnumber begins so, one after another in the order of their idnumbers. */
export async function* eachMapping(
  instance: string,
  mappings: MappingPages,
  prefix: string,
): AsyncIterable<Mapping> {
  const range = { from: prefix, to: `${prefix}~` };
  for await (const page of eachPage((after) => mappings.page(instance, { ...range, after })))
    yield* page.mappings;
}
