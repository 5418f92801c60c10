import { isPushedModel, parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { isPulledModel } from '#shared/moodle/pulls/pull-ports.ts';
import type { RecordLine } from '#shared/operate/files/json-lines.ts';
import { unstorable } from '#shared/store/load-records.ts';

/** A line that is not loaded, and why; it holds nothing of the line but what names the record. */
export interface BadLine {
  line: number;
  model?: string;
  id?: string;
  /** The first field at fault, where it is known. */
  field?: string;
  /** Sentences for a registrar. */
  reason: string;
}

/** So many bad lines are told of in detail: a file with more is bad as a whole. */
const mostTold = 1_000;

/**
 * What a file of records holds, found out line by line. It keeps a key and a number for each record, whatever the
 * records hold.
 */
export class CheckedRecords {
  /** Lines that hold something. */
  lines = 0;
  /** Lines that a later line of the same record replaces. */
  replaced = 0;
  badLines = 0;
  readonly bad: BadLine[] = [];
  /** The line of each record that counts, negative where it is bad. */
  readonly #counts = new Map<string, number>();

  /** Of two lines of one record the later counts, even where it is bad: the earlier one is out of date. */
  add(read: RecordLine): void {
    this.lines += 1;
    const bad = problemOf(read);
    if (bad) {
      this.badLines += 1;
      if (this.bad.length < mostTold) this.bad.push(bad);
    }
    if (!('item' in read)) return;
    const key = keyOf(read.item);
    if (this.#counts.has(key)) this.replaced += 1;
    this.#counts.set(key, bad ? -read.line : read.line);
  }

  /** Whether a line is to be loaded. */
  isGood(read: RecordLine): read is RecordLine & { item: RecordItem } {
    return 'item' in read && this.#counts.get(keyOf(read.item)) === read.line;
  }

  /** How many records are to be loaded, by model. */
  get good(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [key, line] of this.#counts) {
      const model = key.slice(0, key.indexOf('#'));
      if (line > 0) counts[model] = (counts[model] ?? 0) + 1;
    }
    return counts;
  }
}

function keyOf({ model, id }: RecordItem): string {
  return `${model}#${id}`;
}

function problemOf(read: RecordLine): BadLine | undefined {
  const { line } = read;
  if ('problem' in read) return { line, reason: `It ${read.problem}.` };
  const { item } = read;
  const { model, id } = item;
  if (!isPushedModel(model)) {
    if (!isPulledModel(model)) return { line, reason: unknownModel(model) };
  } else {
    const parsed = parseRecord(model, item);
    if (!parsed.ok) {
      const reason = parsed.problems.map((problem) => problem.reason).join(' ');
      return { line, model, id, field: parsed.problems[0]?.field, reason };
    }
  }
  const problem = unstorable(item);
  return problem === undefined ? undefined : { line, model, id, reason: `It ${problem}.` };
}

/** @param model repeated only where it looks like the name of one */
function unknownModel(model: string): string {
  const named = /^[a-z][a-z0-9._]{0,60}$/.test(model) ? ` ${model}` : '';
  return `Its model${named} is none of those that are pushed to Moodle or come from there.`;
}
