import { isFailureOfInstance } from '#shared/sync/failure.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { type RowStatus, withoutFailure } from '#shared/sync/units/attempts.ts';
import { startOver } from '#shared/sync/units/release.ts';
import { type ErpMapping, type ErpMappingStore, importKey } from './mapping.ts';
import { type ImportUnit, importedModels, importNaming } from './models.ts';

/** The statuses of records that are not in the ERP as they should be, the most urgent first. */
export const troubledStatuses = [
  'permanently_failed',
  'conflict',
  'invalid',
  'failed',
  'waiting',
] as const satisfies readonly RowStatus[];

/** Rows written at a time. */
const lanes = 8;

/** All records that are not in the ERP as they should be, with the reason; those of one model or status where given. */
export async function listTroubled(
  mappings: Pick<ErpMappingStore, 'listAttention'>,
  { model, status }: { model?: string | undefined; status?: string | undefined } = {},
): Promise<ErpMapping[]> {
  const rows: ErpMapping[] = [];
  for (const each of importedModels.filter((name) => model === undefined || name === model)) {
    for (const own of troubledStatuses.filter((name) => status === undefined || name === status))
      rows.push(...(await mappings.listAttention(each, own)));
  }
  return rows;
}

/**
 * Has records tried again at once, on an operator's word. What was deleted in the ERP is made again.
 *
 * @returns the units that were queued
 */
export function retryImports(
  rows: readonly ErpMapping[],
  ports: {
    mappings: Pick<ErpMappingStore, 'save'>;
    queue: { send(units: ImportUnit[]): Promise<void> };
    now(): number;
  },
): Promise<ImportUnit[]> {
  const forgotten = { erp_id: undefined, parent_erp_id: undefined, written: undefined, is_ours: undefined };
  return startOver(importNaming, rows, ports, ({ failure }) => ({
    ...(failure?.code === 'deleted-in-erp' && forgotten),
    status: 'failed',
  }));
}

/**
 * Why a record cannot be discarded:
 * - synced: nothing is wrong with it.
 * - unreadable: it cannot be told what it asks for, so neither when it asks for something else.
 * - erp: the ERP was away or refused the link, which says nothing of the record.
 */
export type Undecided = 'synced' | 'unreadable' | 'erp';

export function whyUndecided({ failure, status, attempted_hash }: ErpMapping): Undecided | undefined {
  if (!failure || status === 'synced') return 'synced';
  if (isFailureOfInstance(failure)) return 'erp';
  return attempted_hash === undefined ? 'unreadable' : undefined;
}

/**
 * The chosen records with all that wait for one of them: left behind, these would only ask for it anew.
 *
 * @param troubled among which those that wait are looked for
 */
export function withWaiting(chosen: readonly ErpMapping[], troubled: readonly ErpMapping[]): ErpMapping[] {
  const rows = new Map(chosen.map((row) => [importKey(row), row]));
  let before: number;
  do {
    before = rows.size;
    for (const row of troubled) {
      if (row.failure?.waits_for?.some((key) => rows.has(key))) rows.set(importKey(row), row);
    }
  } while (rows.size > before);
  return [...rows.values()];
}

/**
 * Takes the ERP's side as it is for what was decided: nothing is brought until the record changes in Moodle.
 *
 * @param rows with what waits for them, and none of them undecided
 * @returns those that were discarded; the others have changed since they were read
 */
export async function discardImports(
  rows: readonly ErpMapping[],
  mappings: Pick<ErpMappingStore, 'save'>,
): Promise<ErpMapping[]> {
  const discarded: ErpMapping[] = [];
  await inLanes(rows, { lanes }, async (row) => {
    const settled: ErpMapping = {
      ...withoutFailure(row),
      status: 'synced',
      sync_hash: row.attempted_hash,
      claim: undefined,
    };
    if (await mappings.save(settled)) discarded.push(row);
  });
  return discarded;
}
