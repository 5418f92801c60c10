import type { AdoptedKind, ServiceOfKind } from '#shared/models/services.ts';
import type { AccountFields } from '#shared/moodle/accounts/account-fields.ts';
import type { ObservedFields } from '#shared/moodle/inventory/observed.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';
import type { GroupFields } from '#shared/moodle/structure/batches.ts';
import type { CategoryFields } from '#shared/moodle/structure/categories.ts';
import type { CourseFields } from '#shared/moodle/structure/subjects.ts';
import type { Match, Tie } from './match.ts';

/** The services whose records can be adopted. */
export type AdoptionService = ServiceOfKind<AdoptedKind>;

/** What a record says of the kind of thing that it is in Moodle. */
interface KindFields {
  category: CategoryFields;
  course: CourseFields;
  group: GroupFields;
  account: AccountFields;
}

/** A record that would be pushed, and what may tell which of Moodle's entities it is. */
interface DesiredOf<Kind extends AdoptedKind> {
  kind: Kind;
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
  /** What it should be in Moodle: all of it, unless the record is adopted and no longer in use. */
  fields: KindFields[Kind];
  /** What of that the ERP owns. */
  payload: Partial<KindFields[Kind]>;
  /** Whether its record is in use. */
  isActive: boolean;
  mapping: Mapping | undefined;
}

/** One of a kind, or of any. */
export type Desired<Kind extends AdoptedKind = AdoptedKind> = Extract<
  { [Each in AdoptedKind]: DesiredOf<Each> }[AdoptedKind],
  { kind: Kind }
>;

/** Something in Moodle. */
export interface Observed {
  kind: AdoptedKind;
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
  kind: AdoptedKind;
  source: RecordKey;
  idnumber: string;
  reason: string;
}

export type AdoptionTie<Kind extends AdoptedKind = AdoptedKind> = Tie<Desired<Kind>, Observed>;
export type AdoptionMatch = Match<Desired, Observed>;
