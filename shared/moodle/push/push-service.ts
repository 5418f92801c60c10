import { idnumbersOf, idOf } from '#shared/models/references.ts';
import {
  type MoodleKind,
  type ServiceName,
  type ServiceOfKind,
  serviceModels,
} from '#shared/models/services.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { Built, Entity } from './entity.ts';
import type { PushContext } from './push-context.ts';
import type { RecordView } from './record-view.ts';

/** An entity to push, with the mapping it starts from. */
export interface PushItem<Kind extends Entity = Entity> {
  entity: Kind;
  mapping: Mapping;
  /** Dependencies that are not in Moodle, and why. */
  unmet: Map<string, Failure>;
  /** What it was pushed with before and that has another Moodle id by now, or none. */
  moved: ReadonlySet<string>;
  /** The brake is on: only what is given is pushed, nothing is taken away. */
  isBraked?: boolean;
}

/** How the pushing of one entity went. */
export type PushResult = {
  /** What Moodle is known to hold now, whatever else failed. */
  moodleId?: number;
  extraData?: Record<string, unknown>;
  /** Of the fields that Moodle is known to hold; as before unless given. */
  fieldHashes?: Record<string, string>;
  /** Where it is known in more words than what the entity depends on now. */
  madeWith?: Record<string, number>;
  /** There is more to be done of it, which is no reason for others to wait: it has a unit of its own. */
  goesOn?: boolean;
} & (
  | { result: 'created' | 'adopted' | 'updated' }
  /** Moodle's id is known from now on, and what it holds is another thing: it is pushed once more. */
  | { result: 'linked'; moodleId: number }
  /** Not in use and not in Moodle, or no longer: there is nothing to remember. */
  | { result: 'nowhere' }
  /**
   * `forget`: dependencies whose Moodle id has proved wrong, to be looked up anew. `isBegun`: the call that makes it was
   * begun, and without an answer Moodle may be at it still.
   */
  | { result: 'failed'; failure: Failure; forget?: string[]; isBegun?: boolean }
  /** Another worker is pushing the same entity: it is queued again. */
  | { result: 'overtaken' }
  /** Another worker is making the same entity: it is waited for, and its result counts. */
  | { result: 'claimed' }
);

/**
 * One of the sync services: it knows which payload a record becomes, what that depends on, how many are looked up
 * and written at once, and its idnumber. Hashing, order, narrowing, mappings and retries are the engine's.
 */
export interface PushService<Kind extends Entity = Entity> {
  name: ServiceName;
  /** True where the service pushes what it can although a dependency is missing (an enrolment in the other courses). */
  partial: boolean;
  /**
   * The keys of a mapping's `extra_data` that tell what an entity should be, where the others only tell what is to be
   * done; undefined where any may.
   */
  notes?: readonly string[];
  /** The idnumbers that records are, or were, in this instance, by id of the record. */
  targets(view: RecordView, ids: string[]): Promise<Map<string, string[]>>;
  /** Reads ahead in bulk what building these idnumbers will need. */
  prepare?(view: RecordView, idnumbers: string[]): Promise<void>;
  build(view: RecordView, idnumber: string): Promise<Built<Kind>>;
  /** Whether there is more to be done of an entity that Moodle holds as it should be. */
  isOpen?(entity: Kind, mapping: Mapping): boolean;
  /** Whether Moodle, holding the entity, gives somebody something: an account in use, a visible course, an enrolment. */
  isPresent(entity: Kind): boolean;
  /** Whether pushing the entity takes away what Moodle holds: suspends, hides or unenrols. @param now milliseconds since 1970 */
  takesAway(entity: Kind, mapping: Mapping, now: number): boolean;
  /** Whether pushing an entity that takes something away gives something too, where one can be done without the other. */
  adds?(entity: Kind, mapping: Mapping, now: number): boolean;
  /** Pushes entities whose dependencies are in Moodle; a result for each idnumber. */
  push(context: PushContext, items: PushItem<Kind>[]): Promise<Map<string, PushResult>>;
}

/** Of a service that makes one entity of each record: how it is named, and what is read ahead for it. */
export function oneOfEach(
  name: ServiceOfKind<MoodleKind>,
): Pick<PushService, 'name' | 'partial' | 'targets' | 'prepare'> {
  const model = serviceModels[name];
  const toIdnumber = idnumbersOf(name);
  return {
    name,
    partial: false,
    targets: async (_view, ids) => new Map(ids.map((id) => [id, [toIdnumber(id)]])),
    prepare: (view, idnumbers) =>
      view.load(
        model,
        idnumbers.map((idnumber) => idOf(idnumber, model)),
      ),
  };
}

/** Categories and groups are never hidden or taken away. */
export const takesNothingAway: Pick<PushService, 'isPresent' | 'takesAway'> = {
  isPresent: () => true,
  takesAway: () => false,
};

/** The services by name, and the one that an idnumber belongs to. */
export interface ServiceRegistry {
  /** Parents before children. */
  inOrder: readonly PushService[];
  byName(name: ServiceName): PushService;
  /** @throws RangeError for an idnumber that is none of ours */
  ofIdnumber(idnumber: string): PushService;
}
