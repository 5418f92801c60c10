import { isPushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { JsonLineError, readJsonLines } from '#shared/operate/files/json-lines.ts';
import { UsageError } from './options.ts';

/** What a file of records holds. */
export interface RecordsFile {
  /** Records of the models that are pushed, each once: the last line of a record counts. */
  records: RecordItem[];
  /** Lines that a later line of the same record replaces. */
  replaced: number;
  /** Lines of models that are not pushed, by model. */
  notPushed: Map<string, number>;
}

/**
 * Reads a file with a record on each line.
 *
 * @throws UsageError when the file cannot be read, a line is no record (its number is named) or none is to be pushed
 */
export async function readRecords(path: string): Promise<RecordsFile> {
  const records = new Map<string, RecordItem>();
  const notPushed = new Map<string, number>();
  let replaced = 0;
  try {
    for await (const item of readJsonLines(path)) {
      const key = `${item.model}#${item.id}`;
      if (!isPushedModel(item.model)) notPushed.set(item.model, (notPushed.get(item.model) ?? 0) + 1);
      else if (records.has(key)) replaced++;
      if (isPushedModel(item.model)) records.set(key, item);
    }
  } catch (error) {
    if (error instanceof JsonLineError) throw new UsageError(`${path}: ${error.message} Nothing was pushed.`);
    throw new UsageError(`The file ${path} cannot be read (${codeOf(error)}).`);
  }
  if (records.size === 0) throw new UsageError(`${path} holds no record of a model that is pushed.`);
  return { records: [...records.values()], replaced, notPushed };
}

/** What the user may wonder about in the file, in a sentence each. */
export function notesOn({ replaced, notPushed }: RecordsFile): string[] {
  const models = [...notPushed].map(([model, count]) => `${model} × ${count}`);
  return [
    ...(replaced > 0 ? [`Replaced by a later line of the same record: ${replaced}.`] : []),
    ...(models.length > 0 ? [`Left out, of models that are not pushed: ${models.join(', ')}.`] : []),
  ];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
