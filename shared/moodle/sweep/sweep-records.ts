import { linksOf, recordTarget } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { LinkReader, RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import { eachPage } from '#shared/sync/each-page.ts';

type Records = RecordReader & RecordPages;
/** Told of records when they are read. */
type OnRead = (model: PushedModel, items: RecordItem[]) => Promise<void> | void;

interface WholeModel {
  items: Map<string, RecordItem>;
  /** Ids of the model's records by what they refer to. */
  sources: Map<string, string[]>;
  /** False where there were too many items to keep them all. */
  isComplete: boolean;
}

/** Records kept in memory at the most (about 1 kB each); the others are read again when they are asked for. */
const mostKept = 400_000;

/**
 * The records as they were when their model was first asked for, and read whole. Which records refer to which is taken
 * from the records themselves and not from the links table, so that what has lost its links is found as well.
 */
export class KeptRecords implements RecordReader, RecordPages, LinkReader {
  readonly #records: Records;
  readonly #onRead: OnRead;
  readonly #most: number;
  readonly #models = new Map<PushedModel, Promise<WholeModel>>();
  #kept = 0;

  /** @param most records that are kept; all unless given */
  constructor(records: Records, onRead: OnRead = () => {}, most = Number.POSITIVE_INFINITY) {
    this.#records = records;
    this.#onRead = onRead;
    this.#most = most;
  }

  async page(
    model: PushedModel,
    range: { after?: string | undefined; limit?: number },
  ): Promise<{ items: RecordItem[]; after: string | undefined }> {
    const { items, isComplete } = await this.#modelOf(model);
    if (!isComplete) return this.#records.page(model, range);
    const { after, limit } = range;
    const rest = [...items.values()].filter(({ id }) => after === undefined || id > after);
    const page = rest.slice(0, limit);
    return { items: page, after: page.length < rest.length ? page.at(-1)!.id : undefined };
  }

  async getMany(model: PushedModel, ids: string[]): Promise<Map<string, RecordItem>> {
    const { items, isComplete } = await this.#modelOf(model);
    const known = new Map(ids.flatMap((id) => items.get(id) ?? []).map((item) => [item.id, item]));
    return isComplete ? known : withMissing(known, ids, model, this.#records);
  }

  async sources(target: string, model: PushedModel): Promise<string[]> {
    return (await this.#modelOf(model)).sources.get(target) ?? [];
  }

  /** The records that refer to a target, of the models read so far. */
  async referrers(target: string): Promise<string[]> {
    const lists = [...this.#models].map(async ([model, whole]) =>
      ((await whole).sources.get(target) ?? []).map((id) => recordTarget(model, id)),
    );
    return (await Promise.all(lists)).flat();
  }

  #modelOf(model: PushedModel): Promise<WholeModel> {
    const known = this.#models.get(model);
    if (known) return known;
    const reading = this.#read(model);
    this.#models.set(model, reading);
    return reading;
  }

  async #read(model: PushedModel): Promise<WholeModel> {
    const whole: WholeModel = { items: new Map(), sources: new Map(), isComplete: true };
    for await (const { items } of eachPage((after) => this.#records.page(model, { after }))) {
      await this.#onRead(model, items);
      for (const item of items) {
        if (this.#kept < this.#most) whole.items.set(item.id, item);
        else whole.isComplete = false;
        this.#kept += 1;
        for (const target of linksOf(model, item)) {
          const known = whole.sources.get(target);
          if (known) known.push(item.id);
          else whole.sources.set(target, [item.id]);
        }
      }
    }
    return whole;
  }
}

/**
 * The records as a sweep reads them, once: people in large pages, of which the last is known; nothing refers to other
 * records by way of them but a teacher's subjects. All other models are kept whole.
 */
export class SweepRecords extends KeptRecords {
  readonly #records: Records;
  readonly #onRead: OnRead;
  #page = new Map<string, RecordItem>();

  constructor(records: Records, onRead: OnRead = () => {}) {
    super(records, onRead, mostKept);
    this.#records = records;
    this.#onRead = onRead;
  }

  override async page(
    model: PushedModel,
    range: { after?: string | undefined; limit?: number },
  ): Promise<{ items: RecordItem[]; after: string | undefined }> {
    if (!isPaged(model)) return super.page(model, range);
    const page = await this.#records.page(model, range);
    await this.#onRead(model, page.items);
    this.#page = new Map(page.items.map((item) => [recordTarget(model, item.id), item]));
    return page;
  }

  override async getMany(model: PushedModel, ids: string[]): Promise<Map<string, RecordItem>> {
    if (!isPaged(model)) return super.getMany(model, ids);
    const inPage = ids.flatMap((id) => this.#page.get(recordTarget(model, id)) ?? []);
    return withMissing(new Map(inPage.map((item) => [item.id, item])), ids, model, this.#records);
  }
}

/** Records that are known, and those of these ids that have to be read. */
async function withMissing(
  known: Map<string, RecordItem>,
  ids: readonly string[],
  model: PushedModel,
  records: RecordReader,
): Promise<Map<string, RecordItem>> {
  const missing = ids.filter((id) => !known.has(id));
  return missing.length === 0 ? known : new Map([...known, ...(await records.getMany(model, missing))]);
}

function isPaged(model: PushedModel): boolean {
  return model === 'op.student' || model === 'op.faculty' || model === 'op.parent';
}
