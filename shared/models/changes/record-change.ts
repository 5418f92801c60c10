import { limitsOf } from '#shared/models/fields/moodle-limits.ts';
import { linksOf, recordTarget } from '#shared/models/links.ts';
import { type PushedModel, parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';

/** What happened to one record: no `before` where it is new, no `after` where it is deleted. */
export interface RecordChange<Model extends string = PushedModel> {
  model: Model;
  id: string;
  before?: RecordItem | undefined;
  after?: RecordItem | undefined;
}

/**
 * Whether a write came from a pull: it carries `connector_no_export` and a sync stamp that the record did not have
 * before. An edit by the ERP leaves the stamp as it is and is exported, even with the flag still on the item.
 */
export function isEcho({ before, after }: Pick<RecordChange, 'before' | 'after'>): boolean {
  const stamp = after?.sync_stamp;
  return after?.connector_no_export === true && stamp !== undefined && stamp !== before?.sync_stamp;
}

/** Several changes of one record become one, from the first state to the last. */
export function foldChanges(changes: RecordChange[]): RecordChange[] {
  const folded = new Map<string, RecordChange>();
  for (const change of changes) {
    const key = recordTarget(change.model, change.id);
    const first = folded.get(key);
    folded.set(key, first ? { ...change, before: first.before } : change);
  }
  return [...folded.values()];
}

/** Ids of the records of a model that the record refers to, before or after the change. */
export function referredTo({ model, before, after }: RecordChange, target: string): string[] {
  const prefix = `${target}#`;
  const targets = [...linksOf(model, before), ...linksOf(model, after)].filter((link) =>
    link.startsWith(prefix),
  );
  return [...new Set(targets.map((link) => link.slice(prefix.length)))];
}

/**
 * Tells of fields whether one of them has changed: all have where the record is new, deleted, or something that keeps it out of
 * a Moodle was put right.
 */
export function changesOf({ model, before, after }: RecordChange): (fields: readonly string[]) => boolean {
  if (!before || !after) return () => true;
  const wrong = problemsOf(model, before);
  if (wrong !== '' && wrong !== problemsOf(model, after)) return () => true;
  return (fields) => fields.some((field) => comparable(before[field]) !== comparable(after[field]));
}

/** Whether the record is gone, archived or, an enrolment, finished: what it had in Moodle may be taken away. */
export function isEnding({ before, after }: RecordChange): boolean {
  if (!before) return false;
  if (!after) return true;
  const isArchived = before.active !== false && after.active === false;
  return isArchived || (before.state !== 'finished' && after.state === 'finished');
}

/** What keeps a record out of a Moodle of whatever release; a name of another length is another problem. */
function problemsOf(model: PushedModel, item: RecordItem): string {
  const parsed = parseRecord(model, item, limitsOf(undefined));
  return parsed.ok ? '' : JSON.stringify(parsed.problems);
}

function comparable(value: unknown): string {
  return JSON.stringify(value instanceof Set ? [...value].sort() : value) ?? '';
}
