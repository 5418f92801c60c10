import type { PushedModel } from './models.ts';

/** One item of the records table: its two keys, and the record's fields as Odoo's `read()` gives them. */
export type RecordItem = { model: string; id: string } & Record<string, unknown>;

/** Reads the records of some models, always as they are now. */
export interface RecordReader<Model extends string = PushedModel> {
  getMany(model: Model, ids: string[]): Promise<Map<string, RecordItem>>;
}

/** Reads the records of a model one after another, in the order of their ids; they may be a second old. */
export interface RecordPages<Model extends string = PushedModel> {
  /** @returns the records after that id, and the id to go on after if there are more */
  page(
    model: Model,
    options: { after?: string | undefined; limit?: number },
  ): Promise<{ items: RecordItem[]; after: string | undefined }>;
}

/** One record (`op.batch#3`) refers to another (`op.course#7`). */
export interface Link {
  target: string;
  source: string;
}

/** Knows which records refer to a record. A target is `{model}#{id}` (see shared/models/links.ts). */
export interface LinkReader {
  /** Ids of the records of a model that refer to the target. */
  sources(target: string, model: PushedModel): Promise<string[]>;
}
