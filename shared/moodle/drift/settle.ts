import { failureOf, isInstanceFailure } from '#shared/moodle/failures.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { DriftNote } from '#shared/moodle/mappings/drift-note.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { pushNaming } from '#shared/moodle/push/work-unit.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { unitsOf } from '#shared/sync/units/unit.ts';
import { type DriftPorts, doubtful } from './doubt.ts';
import { type Difference, type Finding, noteOf } from './finding.ts';

/** What was seen in one go. */
export interface Look {
  differences: Difference[];
  /** The mappings of categories, courses, groups and accounts that differ, or have a note of an earlier comparison. */
  rows: Map<string, Mapping>;
  /** The idnumber to go on after. */
  after: string;
}

/** Mappings written at the same time. */
const lanes = 10;

/** What is to be noted. */
export interface Found {
  rows: ReadonlyMap<string, Mapping>;
  findings: readonly Finding[];
  /** Whether an earlier note stays: what it is about was not looked at. */
  isLeft(row: Mapping, note: DriftNote): boolean;
}

/**
 * Notes what was found on the mappings, takes back notes that are not true any more and, where it is to be repaired,
 * makes the mappings doubtful and queues their records. A mapping that somebody has written meanwhile is left to the
 * next comparison.
 */
export async function settle(
  { id }: Instance,
  { rows, findings, isLeft }: Found,
  { mappings, queue, clock }: Pick<DriftPorts, 'mappings' | 'queue' | 'clock'>,
  repairs: boolean,
): Promise<void> {
  const found = Map.groupBy(findings, ({ idnumber }) => idnumber);
  const at = new Date(clock.now()).toISOString();
  const toPush: Mapping[] = [];
  await inLanes([...rows.values()], { lanes }, async (row) => {
    const own = found.get(row.idnumber) ?? [];
    const { drift: before = [], ...bare } = row;
    const drift = [
      ...before.filter((note) => isLeft(row, note)),
      ...own.map((finding) => noteOf(finding, at)),
    ];
    const noted: Mapping = drift.length > 0 ? { ...bare, drift } : bare;
    const repaired = repairs ? own.filter(({ action }) => action === 'push') : [];
    if ((await mappings.save(doubtful(noted, repaired))) && repaired.length > 0) toPush.push(noted);
  });
  await queue.send(unitsOf(pushNaming(id), toPush));
}

/**
 * Logs that something refused to be looked at, which keeps nobody from looking at the rest.
 *
 * @throws the error where it concerns the whole Moodle
 */
export function passOver(
  error: unknown,
  message: string,
  idnumber: string,
  { id: instance }: Instance,
  { log }: Pick<DriftPorts, 'log'>,
): void {
  if (isInstanceFailure(error)) throw error;
  const { code, reason } = failureOf(error);
  log.warn(message, { instance, idnumber, code, reason });
}
