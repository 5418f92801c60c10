import type { kindOfService, MoodleKind } from '#shared/models/services.ts';
import type { ObservedFields } from '#shared/moodle/inventory/observed.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Entity, RecordKey } from '#shared/moodle/push/entity.ts';
import type { Match, Tie } from './match.ts';

/** The services whose records can be adopted. */
export type AdoptionService = keyof typeof kindOfService;

/** A record that would be pushed, and what may tell which of Moodle's entities it is. */
export interface Desired {
  kind: MoodleKind;
  service: AdoptionService;
  source: RecordKey;
  /** The key of its mapping. */
  idnumber: string;
  /** What stands in Moodle: for a group, the batch's own. */
  moodleIdnumber: string;
  /** What a person knows it by, without e-mail addresses. */
  label: string;
  /** For those who ask for details: a person's e-mail address. */
  detail: string;
  /** Keys that an earlier system may have put into Moodle: codes, registration numbers; comparable. */
  keys: string[];
  /** What it should be in Moodle. */
  entity: Entity;
  mapping: Mapping | undefined;
}

/** Something in Moodle. */
export interface Observed {
  kind: MoodleKind;
  id: number;
  idnumber: string;
  label: string;
  /** For those who ask for details: username and e-mail address of an account. */
  detail: string;
  /** What it is now. */
  fields: ObservedFields;
  /** Whether it must never become a record's. */
  isProtected: boolean;
}

/** A record that cannot be pushed as it is. */
export interface Unpushable {
  kind: MoodleKind;
  source: RecordKey;
  idnumber: string;
  reason: string;
}

export type AdoptionTie = Tie<Desired, Observed>;
export type AdoptionMatch = Match<Desired, Observed>;
