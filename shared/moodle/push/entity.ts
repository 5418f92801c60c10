import type { PushedModel } from '#shared/models/models.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { Json } from '#shared/sync/hash.ts';

/** One record of the ERP. */
export interface RecordKey {
  model: PushedModel;
  id: string;
}

/** A record that could not be taken into an entity it belongs to, such as one enrolment of a student. */
export interface LeftOut {
  source: RecordKey;
  failure: Failure;
}

/** What something in Moodle has, by name; each kind of thing says which (`CourseFields`). */
export type EntityFields = Record<string, Json>;

interface AnyEntity<Fields extends EntityFields> {
  /** The key in Moodle and the sort key of its mapping. */
  idnumber: string;
  service: ServiceName;
  source: RecordKey;
  /** What every push writes and the hash covers: the fields that the ERP owns. */
  payload: Partial<Fields>;
  /** Idnumbers of what must be in Moodle first. */
  dependencies: string[];
  leftOut?: LeftOut[];
}

/** An entity whose record is in use: it is made where Moodle does not have it. */
export interface EntityInUse<Fields extends EntityFields = EntityFields> extends AnyEntity<Fields> {
  active: true;
  /** Everything that could be written, as needed when it is made. */
  fields: Fields;
}

/** One whose record is no longer in use: nothing is made for it, what exists is suspended or hidden. */
interface EntityOutOfUse<Fields extends EntityFields> extends AnyEntity<Fields> {
  active: false;
  /** What of it is still known. */
  fields: Partial<Fields>;
}

/**
 * What one record should be in Moodle, in the ERP's words: references are idnumbers, never Moodle ids,
 * so that the payload's hash means the same in every instance and after every rebuild.
 */
export type Entity<Fields extends EntityFields = EntityFields> = EntityInUse<Fields> | EntityOutOfUse<Fields>;

/** What building an idnumber gave: an entity, a record that cannot be pushed, or nothing to do. */
export type Built<Kind extends Entity = Entity> =
  | { kind: 'entity'; entity: Kind }
  | { kind: 'failed'; source: RecordKey; failure: Failure }
  | { kind: 'nothing' };

/** How one entity fared in a push. */
export type Outcome =
  | { result: 'nothing'; idnumber: string }
  | ({ idnumber: string; service: ServiceName; source: RecordKey } & (
      | { result: 'created' | 'adopted' | 'updated' | 'skipped' }
      /** Held by the brake: waits without losing an attempt. */
      | { result: 'held' }
      | { result: 'failed'; failure: Failure }
    ));
