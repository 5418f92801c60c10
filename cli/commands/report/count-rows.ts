import {
  type DriftAction,
  type DriftKind,
  type DriftNote,
  driftKinds,
} from '#shared/moodle/mappings/drift-note.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';

/** All states, from good to bad. */
export const states = [
  'synced',
  'waiting',
  'failed',
  'held',
  'conflict',
  'invalid',
  'permanently_failed',
] as const satisfies RowStatus[];

/** Names shown for each reason: enough to look one up. */
const shownNames = 5;

/** What is said of entities that the brake holds: they have no failure. */
const heldByBrake = {
  class: 'held',
  code: 'brake',
  advice: 'See what would be suspended, hidden or unenrolled, and release the brake if it is meant.',
} as const;

/** What mappings stood for before this product told reasons. */
const unknownReason = { class: 'refused', code: 'unknown', advice: 'It is tried again by itself.' } as const;

/** A row that is counted. */
export interface CountedRow<Kind extends string> {
  kind: Kind;
  /** What an operator looks it up by. */
  name: string;
  status: RowStatus;
  failure?: Failure | undefined;
  last_synced_at?: string | undefined;
  drift?: readonly DriftNote[] | undefined;
  /** Whether somebody is at it right now: then there is no reason why it is not there yet. */
  isInWork?: boolean;
}

/** How many there are, and the idnumbers of the first few of them. */
export interface NamedCount {
  count: number;
  idnumbers: string[];
}

/** Entities that are not in Moodle as they should be, for the same reason. */
export type FailureGroup = NamedCount & {
  class: Failure['class'] | 'held';
  code: string;
  advice: string;
};

/** What Moodle holds otherwise, of one kind and with one consequence. */
export type DriftGroup = NamedCount & { kind: DriftKind; action: DriftAction };

/** How many rows of a kind there are in each state. */
export interface KindCounts<Kind extends string = string> {
  kind: Kind;
  states: Record<RowStatus, number>;
  total: number;
}

/** Counts rows, one after another, so that there may be any number of them. */
export class RowCounter<Kind extends string> {
  readonly #kinds: readonly Kind[];
  readonly #counts = new Map<Kind, KindCounts<Kind>>();
  readonly #failures = new Map<string, FailureGroup>();
  readonly #drift = new Map<string, DriftGroup>();
  readonly #changed = new Map<Kind, number>();
  readonly #since: string;

  /**
   * @param kinds in the order in which they are told of
   * @param since ISO 8601 in UTC: changes from then on are those of the last day
   */
  constructor(kinds: readonly Kind[], since: string) {
    this.#kinds = kinds;
    this.#since = since;
  }

  add(row: CountedRow<Kind>): void {
    const counts = this.#counts.get(row.kind) ?? noCounts(row.kind);
    this.#counts.set(row.kind, counts);
    counts.states[row.status] += 1;
    counts.total += 1;
    if ((row.last_synced_at ?? '') >= this.#since)
      this.#changed.set(row.kind, (this.#changed.get(row.kind) ?? 0) + 1);
    if (row.status !== 'synced' && !row.isInWork) this.#addFailure(row);
    for (const { kind, action } of row.drift ?? [])
      addTo(this.#drift, `${kind} ${action}`, { kind, action }, row.name);
  }

  /** How many of each kind are in which state; kinds without any are left out. */
  counts(): KindCounts<Kind>[] {
    return this.#kinds.flatMap((kind) => this.#counts.get(kind) ?? []);
  }

  /** Reasons, those with the most rows first. */
  failures(): FailureGroup[] {
    return [...this.#failures.values()].toSorted((a, b) => b.count - a.count || compare(a.code, b.code));
  }

  /** How many of each kind have changed in the last day. */
  changed(): { kind: Kind; count: number }[] {
    return this.#kinds.flatMap((kind) => {
      const count = this.#changed.get(kind);
      return count === undefined ? [] : { kind, count };
    });
  }

  /** What comparisons have noted on the rows, in the order in which its kinds are told of. */
  drift(): DriftGroup[] {
    const place = ({ kind, action }: DriftGroup) => `${driftKinds.indexOf(kind)} ${action}`;
    return [...this.#drift.values()].toSorted((a, b) => compare(place(a), place(b)));
  }

  #addFailure(row: CountedRow<Kind>): void {
    const { class: failureClass, code, advice } = reasonOf(row);
    addTo(this.#failures, `${failureClass} ${code}`, { class: failureClass, code, advice }, row.name);
  }
}

/** Why a row is not as it should be: rows with one class and code have one cause. */
export function reasonOf({
  status,
  failure,
}: Pick<CountedRow<string>, 'status' | 'failure'>): Pick<FailureGroup, 'class' | 'code' | 'advice'> {
  return status === 'held' ? heldByBrake : (failure ?? unknownReason);
}

/** Counts a row in the group of those of which the same is to be said. */
function addTo<About extends object>(
  groups: Map<string, About & NamedCount>,
  key: string,
  about: About,
  name: string,
): void {
  const group = groups.get(key) ?? { ...about, count: 0, idnumbers: [] };
  groups.set(key, group);
  group.count += 1;
  if (group.idnumbers.length < shownNames) group.idnumbers.push(name);
}

function noCounts<Kind extends string>(kind: Kind): KindCounts<Kind> {
  const none = Object.fromEntries(states.map((state) => [state, 0]));
  return { kind, states: none as KindCounts<Kind>['states'], total: 0 };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
