import { linksOf, recordTarget } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { LinkReader, RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import { eachPage } from '#shared/sync/each-page.ts';

/** The models that are read one page after another; all others are read whole when they are first asked for. */
type PagedModel = 'op.student' | 'op.faculty';

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
 * The records as a sweep reads them: in large pages, once. Which records refer to which is taken from the records
 * themselves and not from the links table, so that a sweep also finds what lost its links.
 */
export class SweepRecords implements RecordReader, LinkReader {
  readonly #records: RecordReader & RecordPages;
  readonly #onRead: (model: PushedModel, items: RecordItem[]) => Promise<void>;
  readonly #whole = new Map<PushedModel, Promise<WholeModel>>();
  #page = new Map<string, RecordItem>();
  #kept = 0;

  /** @param onRead told all records once they have been read */
  constructor(
    records: RecordReader & RecordPages,
    onRead: (model: PushedModel, items: RecordItem[]) => Promise<void>,
  ) {
    this.#records = records;
    this.#onRead = onRead;
  }

  /** The next page of a model; its records are known until the next one is read. */
  async page(
    model: PushedModel,
    after: string | undefined,
    limit: number,
  ): Promise<{ ids: string[]; after: string | undefined }> {
    if (!isPaged(model)) {
      const whole = await this.#wholeOf(model);
      const ids = [...whole.items.keys()].filter((id) => after === undefined || id > after);
      return { ids: ids.slice(0, limit), after: ids.length > limit ? ids[limit - 1] : undefined };
    }
    const { items, after: next } = await this.#records.page(model, { after, limit });
    await this.#onRead(model, items);
    this.#page = new Map(items.map((item) => [recordTarget(model, item.id), item]));
    return { ids: items.map(({ id }) => id), after: next };
  }

  async getMany(model: PushedModel, ids: string[]): Promise<Map<string, RecordItem>> {
    const whole = isPaged(model) ? undefined : await this.#wholeOf(model);
    const found = new Map<string, RecordItem>();
    const missing: string[] = [];
    for (const id of ids) {
      const item = whole ? whole.items.get(id) : this.#page.get(recordTarget(model, id));
      if (item) found.set(id, item);
      else missing.push(id);
    }
    if (missing.length === 0 || whole?.isComplete) return found;
    return new Map([...found, ...(await this.#records.getMany(model, missing))]);
  }

  async sources(target: string, model: PushedModel): Promise<string[]> {
    return (await this.#wholeOf(model)).sources.get(target) ?? [];
  }

  /** The records that refer to a target, of the models read so far. */
  async referrers(target: string): Promise<string[]> {
    const lists = [...this.#whole].map(async ([model, whole]) =>
      ((await whole).sources.get(target) ?? []).map((id) => recordTarget(model, id)),
    );
    return (await Promise.all(lists)).flat();
  }

  #wholeOf(model: PushedModel): Promise<WholeModel> {
    const known = this.#whole.get(model);
    if (known) return known;
    const reading = this.#readWhole(model);
    this.#whole.set(model, reading);
    return reading;
  }

  async #readWhole(model: PushedModel): Promise<WholeModel> {
    const whole: WholeModel = { items: new Map(), sources: new Map(), isComplete: true };
    for await (const { items } of eachPage((after) => this.#records.page(model, { after }))) {
      await this.#onRead(model, items);
      for (const item of items) {
        if (this.#kept < mostKept) whole.items.set(item.id, item);
        else whole.isComplete = false;
        this.#kept += 1;
        noteSources(whole.sources, model, item);
      }
    }
    return whole;
  }
}

/** Notes in an index which records a record refers to. @param sources ids of a model's records by what they refer to */
export function noteSources(sources: Map<string, string[]>, model: PushedModel, item: RecordItem): void {
  for (const target of linksOf(model, item)) {
    const known = sources.get(target);
    if (known) known.push(item.id);
    else sources.set(target, [item.id]);
  }
}

/** People are looked through page by page; nothing refers to other records by way of them but a teacher's subjects. */
function isPaged(model: PushedModel): model is PagedModel {
  return model === 'op.student' || model === 'op.faculty';
}
