import * as z from 'zod';
import type { PushedModel } from '#shared/models/models.ts';
import type { LinkReader, RecordReader } from '#shared/models/records.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { MappingPages, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import type { MarksBrake } from '#shared/sync/limits/brake.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import {
  type PulledModel,
  type PulledRecords,
  type PullName,
  type PullStates,
  pullNames,
} from './pull-ports.ts';

/** What all messages of PullQueue have in common. Each service adds what its tasks are about. */
export const pullTaskSchema = z.looseObject({
  pull: z.enum(pullNames),
  instance: z.string().min(1),
  /** When it was planned, in milliseconds since 1970: a task that waited too long is left to the next plan. */
  planned_at: z.number(),
});
export type PullTask = z.infer<typeof pullTaskSchema>;

/** What one of a service's tasks is about, without what all tasks have in common. */
export type TaskContent = Record<string, unknown>;

/** What planning reads: never Moodle. */
export interface PlanPorts {
  mappings: MappingPages;
  states: Pick<PullStates, 'list'>;
  clock: Clock;
  /** Asked for by an operator: what a schedule leaves to a later hour is asked for as well. */
  isByHand?: boolean;
}

/** One task's dealings with one Moodle. */
export interface PullSession {
  instance: Instance;
  client: MoodleClient;
  /** The ERP's records, and those that were pulled. */
  records: RecordReader<PushedModel | PulledModel>;
  pulled: PulledRecords;
  links: LinkReader;
  mappings: Pick<MappingStore, 'getMany' | 'save'> & MappingPages;
  states: PullStates;
  /** Asked before marks are taken back. */
  brake: MarksBrake;
  clock: Clock;
  log: Log;
  /** Counts something for the metrics of the pull, such as `RecordsPulled`. */
  count(name: PullCount, count: number): void;
  /** Whether there is time to begin another course or student. */
  hasTime(): boolean;
}

/**
 * What a pull counts: records written; courses found unchanged; grades and marks that OpenEduCat has no place for
 * (words of a scale, an unknown acronym); what belongs to nobody the ERP knows; courses or students that Moodle
 * refused; marks that the brake holds.
 */
export type PullCount =
  | 'RecordsPulled'
  | 'CoursesUnchanged'
  | 'ValuesSkipped'
  | 'PeopleUnknown'
  | 'PullsRefused'
  | 'MarksHeld';

/**
 * One of the services that bring something back. One bad course or student never stops the others: a refusal of
 * Moodle is logged and counted; only what says something about the whole instance is thrown, and the task comes back.
 */
export interface PullService {
  name: PullName;
  /** Whether the instance wants it at all. */
  isWanted(instance: Instance): boolean;
  /** Cuts the work in an instance into tasks of a size that a worker gets through in a minute or so. */
  plan(instance: Instance, ports: PlanPorts): AsyncIterable<TaskContent>;
  /** Works a task off. @returns what is left of it when time has run out */
  run(task: PullTask, session: PullSession): Promise<TaskContent | undefined>;
}
