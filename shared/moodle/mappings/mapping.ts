import type { ServiceName } from '#shared/models/services.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';
import { conflict, type Failure } from '#shared/sync/failure.ts';
import type { AttemptRow, RowStatus } from '#shared/sync/units/attempts.ts';
import type { DriftNote } from './drift-note.ts';

/** What one entity is in one Moodle: a row of the MoodleMappings table. Times are ISO 8601 in UTC. */
export interface Mapping extends AttemptRow {
  instance: string;
  idnumber: string;
  service: ServiceName;
  model: RecordKey['model'];
  record_id: string;
  moodle_id?: number;
  /**
   * A hash of each field as Moodle took it last: an update sends those that differ, so that what somebody has set in
   * Moodle since stays. A field without one is in doubt; without any, all are.
   */
  field_hashes?: Record<string, string>;
  /**
   * Moodle ids of what it hangs on, by idnumber, as they were at that push: with another id, or none, what is believed
   * of it in there is not true any more.
   */
  made_with?: Record<string, number>;
  /** False once Moodle was told to suspend or hide it. */
  active: boolean;
  /** What the service needs to know of its last push, such as the courses a student was enrolled in. */
  extra_data?: Record<string, unknown>;
  /** Where Moodle holds something else, by the comparison that was made last. */
  drift?: DriftNote[];
  /**
   * Set before it is made in Moodle, and until when a worker may be at that: one that dies could not note whether it
   * was made.
   */
  claimed_until?: string | undefined;
  /**
   * What it is known by besides its ID number if it was made then, or at an earlier attempt: of an account, the hash of
   * its e-mail address.
   */
  claimed_as?: string[] | undefined;
  /**
   * What an operator has decided of a record for which Moodle may have something already (`oec-moodle adopt`):
   * undecided: nothing yet; skipped: to leave it for later; new: that Moodle has nothing for it.
   */
  adoption?: 'undecided' | 'skipped' | 'new';
}

/** A mapping for an entity that has none yet. */
export function newMapping(
  instance: string,
  idnumber: string,
  service: ServiceName,
  source: RecordKey,
): Mapping {
  return {
    instance,
    idnumber,
    service,
    model: source.model,
    record_id: source.id,
    status: 'failed',
    revision: 0,
    active: false,
    attempts: 0,
  };
}

/** A mapping of what Moodle does not have any more under its id: it is looked up anew, or made again. */
export function withoutCounterpart(mapping: Mapping): Mapping {
  const { moodle_id: _id, sync_hash: _hash, field_hashes: _hashes, made_with: _madeWith, ...rest } = mapping;
  return rest;
}

/** A mapping without what pulls have noted on it (`pull_…`). */
export function withoutPulls(mapping: Mapping): Mapping {
  const own = Object.entries(mapping).filter(([name]) => !name.startsWith('pull_'));
  return Object.fromEntries(own) as unknown as Mapping;
}

/** Whether it may be in Moodle although nobody could note its id: a worker died, or an answer was lost. */
export function isInDoubt(mapping: Mapping | undefined): boolean {
  if (mapping === undefined || mapping.moodle_id !== undefined) return false;
  return mapping.failure !== undefined || mapping.claimed_until !== undefined;
}

/**
 * Whether a record waits for an operator to say which of Moodle's entities it is. Until then nothing is made for it,
 * and nothing taken over: either could be wrong.
 */
export function isUndecided(mapping: Mapping | undefined): boolean {
  return (
    mapping?.moodle_id === undefined && (mapping?.adoption === 'undecided' || mapping?.adoption === 'skipped')
  );
}

/** Why such a record is not pushed. */
export function undecided(): Failure {
  return conflict(
    'undecided',
    'Moodle has what may be this record, and nobody has decided yet whether it is.',
    'Run `oec-moodle adopt`: it shows what Moodle has and takes the decision.',
  );
}

/** The idnumbers of mappings by what they lead to in Moodle. */
export function idnumbersById(rows: readonly Mapping[]): Map<number, string> {
  return new Map(rows.flatMap(({ idnumber, moodle_id: id }) => (id === undefined ? [] : [[id, idnumber]])));
}

export interface MappingReader {
  getMany(instance: string, idnumbers: string[]): Promise<Map<string, Mapping>>;
  /** The mappings whose idnumber begins with the prefix: all entities of a record that maps to several. */
  listByPrefix(instance: string, prefix: string): Promise<Mapping[]>;
}

export interface MappingStore extends MappingReader {
  /**
   * Writes the mapping if its row still has the revision that was read (0: no row yet) and answers whether it did.
   * The row written carries the next revision.
   */
  save(mapping: Mapping): Promise<boolean>;
  remove(instance: string, idnumbers: string[]): Promise<void>;
}

/** Reads the mappings of an instance one after another, in the order of their idnumbers; they may be a second old. */
export interface MappingPages {
  /**
   * @param range.from,range.to first and last idnumber
   * @param range.after the idnumber to go on after
   * @param range.notes only what tells whether a push is needed, and of `extra_data` these keys: the rest is most of it
   * @returns the mappings, and the idnumber to go on after if there are more
   */
  page(
    instance: string,
    range: {
      from: string;
      to: string;
      after?: string | undefined;
      limit?: number;
      notes?: readonly string[] | undefined;
    },
  ): Promise<{ mappings: Mapping[]; after: string | undefined }>;
}

/** Lists the mappings that need a look, by status. */
export interface AttentionReader {
  listAttention(instance: string, status: RowStatus): Promise<Mapping[]>;
}

/** All ways to read mappings. */
export type MappingTable = MappingReader & MappingPages & AttentionReader;
