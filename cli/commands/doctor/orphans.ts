import type { Deployment } from '#cli/connection/deployment.ts';
import { numberOf } from '#cli/output/words.ts';
import type { RecordReader } from '#shared/models/records.ts';
import type { Mapping, MappingPages } from '#shared/moodle/mappings/mapping.ts';
import { eachMapping } from '#shared/moodle/mappings/read-mappings.ts';
import { inGroups } from '#shared/sync/each-page.ts';
import { ok, type Said, warning } from './check.ts';

/** Mappings looked at together. */
const atOnce = 500;
const shown = 5;

/**
 * Whether every entity that Moodle shows still has its record. A record that was deleted is suspended or hidden in
 * Moodle, so its mapping is not active any more; an active one without a record was missed, or the table was lost.
 *
 * @param onLook told how many mappings were looked at
 */
export async function checkOrphans(
  { mappings, records }: Deployment,
  instance: string,
  onLook: (count: number) => void,
): Promise<Said> {
  const orphans: string[] = [];
  let looked = 0;
  for await (const part of inGroups(inUse(instance, mappings), atOnce)) {
    orphans.push(...(await withoutRecord(part, records)));
    looked += part.length;
    onLook(part.length);
  }
  if (orphans.length === 0) return ok(`All ${numberOf(looked)} entities in use have their record.`);
  const few = orphans.slice(0, shown).join(', ');
  return warning(
    `${numberOf(orphans.length)} of ${numberOf(looked)} entities in use in Moodle have no record any more, such as ${few}.`,
    'The next sweep suspends or hides them within the hour, unless the brake holds it. If the records were lost, load ' +
      'them again before that (`oec-moodle records load`), or pause the instance.',
  );
}

async function* inUse(instance: string, mappings: MappingPages): AsyncIterable<Mapping> {
  for await (const mapping of eachMapping(instance, mappings, 'oec_')) if (mapping.active) yield mapping;
}

async function withoutRecord(mappings: readonly Mapping[], records: RecordReader): Promise<string[]> {
  const models = Map.groupBy(mappings, ({ model }) => model);
  const missing = await Promise.all(
    [...models].map(async ([model, ofModel]) => {
      const there = await records.getMany(model, [...new Set(ofModel.map(({ record_id }) => record_id))]);
      return ofModel.filter(({ record_id }) => !there.has(record_id));
    }),
  );
  return missing.flat().map(({ idnumber }) => idnumber);
}
