import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { BulkOutcome } from './bulk.ts';
import type { Built, Entity, EntityFields, EntityInUse } from './entity.ts';
import type { PushContext } from './push-context.ts';
import type { RecordView } from './record-view.ts';
/**
 * What Moodle has under an entity's idnumber (or a person's e-mail address). `link`: what was somebody else's before is
 * noted first, and written with the next push, which knows of the note.
 */
export type Counterpart =
  | BulkOutcome<number>
  | { link: { moodleId: number; extraData: Record<string, unknown> } };

/**
 * What came of writing an entity's payload. `gone`: Moodle no longer has that id. `taken`: it was refused since another
 * one had its value of a unique field when the call came to it; the failure is what it is if nobody has.
 */
export type Updated = 'updated' | 'gone' | { taken: Failure };

/** An entity that Moodle has under this id; its payload is what has to be written. */
export interface Mapped<Fields extends EntityFields = EntityFields> {
  entity: Entity<Fields>;
  moodleId: number;
}

/**
 * How one kind of entity (category, course, group, account) is looked up and written. All functions take many
 * and throw the client's errors.
 */
export interface EntityAdapter<Fields extends EntityFields = EntityFields> {
  /** Whether Moodle deletes it together with what it depends on, as it does a course's groups. */
  goesWithDependencies?: boolean;
  /**
   * Whether Moodle is asked for all of them before any is made. Where a look takes a call for each, they are made
   * without one, which Moodle refuses for what is there already, and looked up then.
   */
  lookUpFirst: boolean;
  /** The counterparts that exist or are in dispute; an entity that Moodle does not have is left out. */
  lookUp(context: PushContext, entities: EntityInUse<Fields>[]): Promise<Map<string, Counterpart>>;
  /**
   * The Moodle ids of entities that are not in use any more, by idnumber alone; only for kinds that can be suspended
   * or hidden.
   */
  findOwn?(context: PushContext, entities: Entity<Fields>[]): Promise<Map<string, number>>;
  /** How many form variables fields take, where it is more than one each. */
  variables?(fields: Partial<Fields>): number;
  /** What an entity that is about to be made is known by besides its idnumber. */
  claimAs?(entity: EntityInUse<Fields>): string;
  /** What is noted in `extra_data` before it is made. */
  noteBefore?(context: PushContext, mapping: Mapping): Promise<Mapping['extra_data']>;
  /** Makes all of them or none; answers their ids in order. */
  create(context: PushContext, entities: EntityInUse<Fields>[]): Promise<number[]>;
  /** Changes what kept the entities from being made (a taken username); answers whether anything was changed. */
  amend?(context: PushContext, entities: EntityInUse<Fields>[]): Promise<boolean>;
  /** A last look at an entity that was refused alone: somebody else's key may be in the way. */
  refused?(
    context: PushContext,
    entity: EntityInUse<Fields>,
    error: unknown,
  ): Promise<Counterpart | undefined>;
  /** Whether a refusal of this one update says that Moodle no longer has the entity, where `update` does not tell. */
  isGone?(context: PushContext, item: Mapped<Fields>, error: unknown): Promise<boolean>;
  /** Whether such a refusal may say that another one has its value of the unique field. */
  isTaken?(error: unknown): boolean;
  /** The fields of which only one has each value. */
  uniqueFields?: readonly UniqueField<Fields>[];
  /** Writes payloads. */
  update(context: PushContext, items: Mapped<Fields>[]): Promise<BulkOutcome<Updated>[]>;
}

/** What has a value in Moodle. */
export interface Holder {
  moodleId: number;
  /** The mapping that its ID number names, or that leads to it; undefined for what is none of ours. */
  idnumber?: string | undefined;
}

/** A field of which only one has each value: an account's address, a course's short name. */
export interface UniqueField<Fields extends EntityFields = EntityFields> {
  name: keyof Fields & string;
  /** What has the values that these should have, by their idnumbers; those whose value is free are left out. */
  holders(context: PushContext, items: readonly Mapped<Fields>[]): Promise<Map<string, Holder>>;
  /** What the record of a mapping should be. */
  build(view: RecordView, idnumber: string): Promise<Built<Entity<Fields>>>;
  /** Gives something a value that nobody else has, and that tells whose it is. */
  park(context: PushContext, holder: Mapped<Fields>): Promise<void>;
  /** Why something cannot have its value: another one keeps it, or is to get another one and has not yet. */
  taken(item: Mapped<Fields>, holder: Holder, isMoving: boolean): Failure;
}
