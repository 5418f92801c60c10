import type { PushedModel } from '#shared/models/models.ts';
import type { LinkReader, RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import type { LinkKeeper } from '#shared/moodle/sweep/link-repair.ts';
import { noteSources } from '#shared/moodle/sweep/sweep-records.ts';
import { eachPage } from '#shared/sync/each-page.ts';

interface Model {
  items: Map<string, RecordItem>;
  /** Ids of the model's records by what they refer to. */
  sources: Map<string, string[]>;
}

/**
 * The ERP's records as they were when a dry run first asked for each model (about 1 kB each), for all its instances.
 * Which records refer to which is taken from the records themselves, as after a sweep, which puts lost links back.
 */
export class RecordSnapshot implements RecordReader, RecordPages, LinkReader, LinkKeeper {
  readonly #records: RecordPages;
  readonly #onRead: (count: number) => void;
  readonly #models = new Map<PushedModel, Promise<Model>>();

  /** @param onRead told how many records were read each time some were */
  constructor(records: RecordPages, onRead: (count: number) => void = () => {}) {
    this.#records = records;
    this.#onRead = onRead;
  }

  async getMany(model: PushedModel, ids: string[]): Promise<Map<string, RecordItem>> {
    const { items } = await this.#modelOf(model);
    return new Map(
      ids.flatMap((id) => {
        const item = items.get(id);
        return item ? [[id, item] as const] : [];
      }),
    );
  }

  async page(
    model: PushedModel,
    { after, limit }: { after?: string | undefined; limit?: number },
  ): Promise<{ items: RecordItem[]; after: string | undefined }> {
    const all = [...(await this.#modelOf(model)).items.values()];
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id > after);
    if (start < 0) return { items: [], after: undefined };
    const end = start + (limit ?? all.length);
    return { items: all.slice(start, end), after: end < all.length ? all[end - 1]!.id : undefined };
  }

  async sources(target: string, model: PushedModel): Promise<string[]> {
    return (await this.#modelOf(model)).sources.get(target) ?? [];
  }

  /** No link is missing, and none is written. */
  async missing(): Promise<[]> {
    return [];
  }

  async write(): Promise<void> {}

  #modelOf(model: PushedModel): Promise<Model> {
    const known = this.#models.get(model);
    if (known) return known;
    const reading = this.#read(model);
    this.#models.set(model, reading);
    return reading;
  }

  async #read(model: PushedModel): Promise<Model> {
    const items = new Map<string, RecordItem>();
    const sources = new Map<string, string[]>();
    for await (const page of eachPage((after) => this.#records.page(model, { after }))) {
      this.#onRead(page.items.length);
      for (const item of page.items) {
        items.set(item.id, item);
        noteSources(sources, model, item);
      }
    }
    return { items, sources };
  }
}
