import { limitsOf, type ReleaseLimits } from '#shared/models/fields/moodle-limits.ts';
import { recordTarget } from '#shared/models/links.ts';
import { type PushedModel, parseRecord, type RecordOf } from '#shared/models/models.ts';
import type { LinkReader, RecordItem, RecordReader } from '#shared/models/records.ts';
import { failureOfProblems } from '#shared/moodle/failures.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import {
  idnumbersById,
  type Mapping,
  type MappingReader,
  type MappingStore,
} from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { RecordKey } from './entity.ts';

/**
 * A record as the engine sees it. `item`: as the ERP has written it, which templates name fields of. `retired`: it cannot
 * be read, but says that it is no longer active.
 */
export type Reading<Model extends PushedModel> =
  | { state: 'valid'; record: RecordOf[Model]; item: RecordItem }
  | { state: 'invalid'; failure: Failure; retired: boolean }
  | { state: 'missing' };

/** Something of each record, by its model and its id. */
type OfRecords<Value> = Map<PushedModel, Map<string, Value>>;

/** What is kept from one world to the next. */
export interface KeptReadings {
  readings: OfRecords<Reading<PushedModel>>;
  /** Idnumbers of what Moodle has, by how they begin. */
  inMoodle: Map<string, Promise<string[]>>;
}

export function nothingKept(): KeptReadings {
  return { readings: new Map(), inMoodle: new Map() };
}

/** What many records refer to: whoever goes through records page by page meets the same ones again on each. */
const referredTo: ReadonlySet<PushedModel> = new Set([
  'op.department',
  'op.course',
  'op.subject',
  'op.batch',
  'op.academic.year',
  'op.academic.term',
]);

/**
 * The ERP's records, their links and the mappings of one instance, as one work unit sees them:
 * each is read once, in bulk where it is asked for in bulk.
 */
export class RecordView {
  readonly instance: Instance;
  /** Milliseconds since 1970: what is made, shown or over in its time is that now. */
  readonly now: number;
  readonly #records: RecordReader;
  readonly #links: LinkReader;
  readonly #mappings: MappingReader | MappingStore;
  readonly #items: OfRecords<RecordItem | undefined> = new Map();
  readonly #readings: KeptReadings['readings'] = new Map();
  readonly #kept: KeptReadings;
  readonly #sources = new Map<string, Promise<string[]>>();
  readonly #known = new Map<string, Mapping | undefined>();

  /**
   * @param mappings whoever only compares needs nothing but to read them
   * @param now milliseconds since 1970
   * @param kept of structure from the worlds before; what this one reads is added
   */
  constructor(
    instance: Instance,
    records: RecordReader,
    links: LinkReader,
    mappings: MappingReader | MappingStore,
    now: number,
    kept = nothingKept(),
  ) {
    this.instance = instance;
    this.now = now;
    this.#kept = kept;
    this.#records = records;
    this.#links = links;
    this.#mappings = mappings;
  }

  /** Reads records ahead, so that the following `read` calls cost nothing. */
  async load(model: PushedModel, ids: Iterable<string>): Promise<void> {
    const known = ofModel(this.#items, model);
    const kept = ofModel(this.#kept.readings, model);
    const unread = [...new Set(ids)].filter((id) => !known.has(id) && !kept.has(id));
    if (unread.length === 0) return;
    const items = await this.#records.getMany(model, unread);
    for (const id of unread) known.set(id, items.get(id));
  }

  async read<Model extends PushedModel>(model: Model, id: string): Promise<Reading<Model>> {
    const readings = ofModel(referredTo.has(model) ? this.#kept.readings : this.#readings, model);
    const known = readings.get(id) as Reading<Model> | undefined;
    if (known) return known;
    const items = ofModel(this.#items, model);
    if (!items.has(id)) await this.load(model, [id]);
    const reading = readingOf(model, items.get(id), limitsOf(this.instance.release));
    readings.set(id, reading);
    return reading;
  }

  /** Reads many records ahead and answers them in the order of the ids. */
  async readMany<Model extends PushedModel>(model: Model, ids: string[]): Promise<Reading<Model>[]> {
    await this.load(model, ids);
    return Promise.all(ids.map((id) => this.read(model, id)));
  }

  /** Ids of the records of a model that refer to a record. A link can be older than the record: check what it says. */
  sources(target: RecordKey, model: PushedModel): Promise<string[]> {
    const name = recordTarget(target.model, target.id);
    const key = `${name}<${model}`;
    const known = this.#sources.get(key);
    if (known) return known;
    const asked = this.#links.sources(name, model);
    this.#sources.set(key, asked);
    return asked;
  }

  /** The mappings of these idnumbers in this instance; those that do not exist are left out. */
  async mappings(idnumbers: Iterable<string>): Promise<Map<string, Mapping>> {
    const wanted = [...new Set(idnumbers)];
    const unread = wanted.filter((idnumber) => !this.#known.has(idnumber));
    if (unread.length > 0) {
      const rows = await this.#mappings.getMany(this.instance.id, unread);
      for (const idnumber of unread) this.#known.set(idnumber, rows.get(idnumber));
    }
    return new Map(
      wanted.flatMap((idnumber) => {
        const mapping = this.#known.get(idnumber);
        return mapping ? [[idnumber, mapping] as const] : [];
      }),
    );
  }

  /** The mapping of an idnumber in this instance, if there is one. */
  async mapping(idnumber: string): Promise<Mapping | undefined> {
    if (!this.#known.has(idnumber)) await this.mappings([idnumber]);
    return this.#known.get(idnumber);
  }

  /** The mappings as they are at this moment: another worker may have written them since they were read. */
  mappingsNow(idnumbers: readonly string[]): Promise<Map<string, Mapping>> {
    for (const idnumber of idnumbers) this.#known.delete(idnumber);
    return this.mappings(idnumbers);
  }

  /** The Moodle id of an entity's dependency. @throws Error if it is not mapped: the engine pushes dependencies first */
  async moodleId(idnumber: string): Promise<number> {
    const id = (await this.mapping(idnumber))?.moodle_id;
    if (id === undefined) throw new Error(`${idnumber} is used before it is in Moodle.`);
    return id;
  }

  /** The Moodle ids that these entities have; those that Moodle does not have are left out. */
  async moodleIds(idnumbers: Iterable<string>): Promise<Record<string, number>> {
    const ids: Record<string, number> = {};
    for (const [idnumber, { moodle_id: id }] of await this.mappings(idnumbers)) {
      if (id !== undefined) ids[idnumber] = id;
    }
    return ids;
  }

  /**
   * What an entity was pushed with and that has another Moodle id by now, or none: it was deleted in Moodle. Whatever
   * the mapping says of the entity in there is not true any more.
   */
  async movedSince({ made_with: madeWith = {} }: Mapping): Promise<Set<string>> {
    const now = await this.moodleIds(Object.keys(madeWith));
    return new Set(Object.keys(madeWith).filter((idnumber) => now[idnumber] !== madeWith[idnumber]));
  }

  /** The idnumbers with a mapping that begin with the prefix. */
  async mappedIdnumbers(prefix: string): Promise<string[]> {
    const rows = await this.#mappings.listByPrefix(this.instance.id, prefix);
    return rows.map((row) => row.idnumber);
  }

  /** The idnumbers of the mappings that begin with the prefix, by what they lead to in Moodle. */
  async idnumbersById(prefix: string): Promise<Map<number, string>> {
    return idnumbersById(await this.#mappings.listByPrefix(this.instance.id, prefix));
  }

  /** The idnumbers that begin with the prefix of what Moodle has, as they were when they were first asked for. */
  async idnumbersInMoodle(prefix: string): Promise<string[]> {
    const { inMoodle } = this.#kept;
    const asked = inMoodle.get(prefix) ?? this.idnumbersById(prefix).then((found) => [...found.values()]);
    inMoodle.set(prefix, asked);
    return asked;
  }

  /**
   * Writes a mapping on the revision it was read at and answers whether it was still that one.
   * A row that somebody else has written since is read anew at the next use.
   */
  async save(mapping: Mapping): Promise<boolean> {
    const saved = await this.#writable().save(mapping);
    if (saved) this.#known.set(mapping.idnumber, { ...mapping, revision: mapping.revision + 1 });
    else this.#known.delete(mapping.idnumber);
    return saved;
  }

  async remove(idnumbers: string[]): Promise<void> {
    await this.#writable().remove(this.instance.id, idnumbers);
    for (const idnumber of idnumbers) this.#known.set(idnumber, undefined);
  }

  #writable(): MappingStore {
    if ('save' in this.#mappings) return this.#mappings;
    throw new Error('Whoever only compares writes no mapping.');
  }
}

function ofModel<Value>(all: OfRecords<Value>, model: PushedModel): Map<string, Value> {
  let own = all.get(model);
  if (!own) {
    own = new Map();
    all.set(model, own);
  }
  return own;
}

function readingOf<Model extends PushedModel>(
  model: Model,
  item: RecordItem | undefined,
  limits: ReleaseLimits,
): Reading<Model> {
  if (!item) return { state: 'missing' };
  const parsed = parseRecord(model, item, limits);
  if (parsed.ok) return { state: 'valid', record: parsed.record, item };
  return { state: 'invalid', failure: failureOfProblems(parsed.problems), retired: item.active === false };
}
