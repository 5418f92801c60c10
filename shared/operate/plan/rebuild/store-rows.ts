import type { Mapping, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import { leadsSomewhere, type RebuiltRow } from './rebuilt-rows.ts';

/** Rows read together, and written at the same time. */
const readTogether = 100;
const lanes = 10;

/**
 * Stores rebuilt mappings. One that somebody else has led somewhere in the meantime stays as it is, unless `force` is
 * set; what a pull has noted on a row is kept.
 *
 * @returns how many were stored
 */
export async function storeRows(
  instance: string,
  rows: readonly RebuiltRow[],
  mappings: Pick<MappingStore, 'getMany' | 'save'>,
  { force, onProgress }: { force: boolean; onProgress?: (stored: number, total: number) => void },
): Promise<number> {
  let stored = 0;
  let looked = 0;
  for (const part of inParts(rows, readTogether)) {
    const idnumbers = part.map(({ mapping }) => mapping.idnumber);
    const current = await mappings.getMany(instance, idnumbers);
    await inLanes(part, { lanes }, async ({ mapping }) => {
      const row = current.get(mapping.idnumber);
      if (row && leadsSomewhere(row) && !force) return;
      if (await mappings.save({ ...keptOf(row), ...mapping, revision: row?.revision ?? 0 })) stored += 1;
    });
    looked += part.length;
    onProgress?.(looked, rows.length);
  }
  return stored;
}

/** What a pull has noted on a row; all else of it is what was rebuilt. */
function keptOf(row: Mapping | undefined): Partial<Mapping> {
  return Object.fromEntries(Object.entries(row ?? {}).filter(([name]) => name.startsWith('pull_')));
}
