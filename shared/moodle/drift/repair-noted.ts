import type { DriftAction } from '#shared/moodle/mappings/drift-note.ts';
import { eachMapping } from '#shared/moodle/mappings/each-mapping.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { pushNaming } from '#shared/moodle/push/work-unit.ts';
import { unitsOf } from '#shared/sync/units/unit.ts';
import { doubtful } from './doubt.ts';
import type { DriftPorts } from './drift.ts';

/**
 * Makes the mappings doubtful on which a comparison has noted something that is to be pushed again, and queues their
 * records.
 *
 * @param actions `hold` is what waits for an operator's word
 * @returns how many records were queued
 */
export async function repairNoted(
  instance: string,
  actions: readonly DriftAction[],
  { mappings, queue }: Pick<DriftPorts, 'mappings' | 'queue'>,
): Promise<number> {
  const toPush: Mapping[] = [];
  for await (const mapping of eachMapping(instance, mappings, 'oec_')) {
    const doubted = doubtedByNotes(mapping, actions);
    if (doubted !== mapping && (await mappings.save(doubted))) toPush.push(doubted);
  }
  await queue.send(unitsOf(pushNaming(instance), toPush));
  return toPush.length;
}

/** The mapping as it is once what was noted on it is to be pushed again. */
export function doubtedByNotes(mapping: Mapping, actions: readonly DriftAction[]): Mapping {
  const isMeant = ({ action }: { action: DriftAction }) => actions.includes(action);
  const { drift = [] } = mapping;
  const meant = drift.filter(isMeant);
  if (meant.length === 0) return mapping;
  const noted = drift.map((note) => (isMeant(note) ? { ...note, action: 'push' as const } : note));
  return doubtful({ ...mapping, drift: noted }, meant);
}
