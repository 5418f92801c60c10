import type { LinkReader, RecordReader } from '#shared/models/records.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import {
  type CourseStates,
  cohortStatesOf,
  courseStatesOf,
} from '#shared/moodle/enrolments/enrolment-state.ts';
import { failureOf, isInstanceFailure } from '#shared/moodle/failures.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { DriftAction, DriftNote } from '#shared/moodle/mappings/drift-note.ts';
import type {
  Mapping,
  MappingPages,
  MappingReader,
  MappingStore,
  MappingTable,
} from '#shared/moodle/mappings/mapping.ts';
import { eachMapping } from '#shared/moodle/mappings/read-mappings.ts';
import type { ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import { type PushQueue, pushNaming } from '#shared/moodle/push/work-unit.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import { unitsOf } from '#shared/sync/units/unit.ts';
import { type Difference, type Finding, noteOf } from './finding.ts';

/** What a comparison needs. Moodle is only read. */
export interface DriftPorts {
  client: MoodleCaller;
  records: RecordReader;
  links: LinkReader;
  mappings: MappingReader & Pick<MappingStore, 'save'> & MappingPages;
  services: ServiceRegistry;
  /** How much an instance holds of a service: what counts as unusually much is a share of it. */
  holdsOf(service: ServiceName): Promise<number>;
  queue: PushQueue;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** What of a finding tells what is not true any more of a mapping. */
type Doubted = Pick<DriftNote, 'kind' | 'about' | 'in_moodle'>;

/**
 * A mapping that no longer claims what was found to be otherwise, so that the ordinary push, which compares it with
 * the record, does the rest. The Moodle id stays: that it leads nowhere is for the push to hear from Moodle itself.
 */
export function doubtful(mapping: Mapping, findings: readonly Doubted[]): Mapping {
  if (findings.length === 0) return mapping;
  const doubted: Mapping = { ...mapping };
  delete doubted.sync_hash;
  for (const { kind, about = '', in_moodle } of findings) {
    if (kind === 'missing') delete doubted.field_hashes;
    else if (kind === 'changed') {
      const [, name = ''] = about.split('.');
      const { [name]: _changed, ...hashes } = doubted.field_hashes ?? {};
      doubted.field_hashes = hashes;
      // What somebody has taken into use again counts for the brake when it is taken out of use once more.
      if (in_moodle === (name === 'visible')) doubted.active = true;
    } else {
      const cohorts = cohortStatesOf(doubted.extra_data);
      doubted.extra_data = {
        ...doubted.extra_data,
        ...(about in cohorts && { cohorts: { ...cohorts, [about]: 'pending' } }),
        courses: doubtfulStates(courseStatesOf(doubted.extra_data), kind, about),
      };
    }
  }
  return doubted;
}

/** @param about the course, or the group */
function doubtfulStates(states: CourseStates, kind: DriftNote['kind'], about: string): CourseStates {
  return Object.fromEntries(
    Object.entries(states).map(([course, known]) => {
      if (kind === 'not_in_group') {
        const groups =
          about in known.groups ? { ...known.groups, [about]: 'pending' as const } : known.groups;
        return [course, { ...known, groups }];
      }
      if (course !== about) return [course, known];
      // One that ended is to be dropped once more; one that is not in its time is to be given it.
      const isToDrop = kind === 'resumed' && known.state === 'suspended';
      return [course, { ...known, state: isToDrop ? ('active' as const) : ('pending' as const) }];
    }),
  );
}

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
function doubtedByNotes(mapping: Mapping, actions: readonly DriftAction[]): Mapping {
  const isMeant = ({ action }: { action: DriftAction }) => actions.includes(action);
  const { drift = [] } = mapping;
  const meant = drift.filter(isMeant);
  if (meant.length === 0) return mapping;
  const noted = drift.map((note) => (isMeant(note) ? { ...note, action: 'push' as const } : note));
  return doubtful({ ...mapping, drift: noted }, meant);
}

/** Mappings as they are once what a comparison has found is to be pushed again: a plan foresees it. */
export function notedMappings(mappings: MappingTable): MappingTable {
  const doubted = (row: Mapping) => doubtedByNotes(row, ['push']);
  return {
    async getMany(instance, idnumbers) {
      const rows = await mappings.getMany(instance, idnumbers);
      return new Map([...rows].map(([idnumber, row]) => [idnumber, doubted(row)]));
    },
    listByPrefix: async (instance, prefix) => (await mappings.listByPrefix(instance, prefix)).map(doubted),
    async page(instance, { notes: _wholeAnyway, ...range }) {
      const page = await mappings.page(instance, range);
      return { ...page, mappings: page.mappings.map(doubted) };
    },
    listAttention: async (instance, status) => (await mappings.listAttention(instance, status)).map(doubted),
  };
}

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
