import type { Finding } from '#shared/moodle/health/health.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import { type FailureGroup, type KindCounts, states } from './count-rows.ts';

/** A part of the report. The terminal, the page and the CSV show the same ones. */
export interface Section {
  /** What links of the page lead to. */
  id: string;
  title: string;
  /** Whose it is; what is of all instances together has none. */
  instance?: string;
  note?: string;
  facts?: readonly Fact[];
  findings?: readonly SaidFinding[];
  tables?: readonly Table[];
  /** What the CSV has of it. */
  figures: readonly Figure[];
}

type Value = string | number | boolean | undefined;
/** A line of the CSV. */
export type Figure = readonly [section: string, name: string, value: Value];
/** What is said to people, and the values behind it by their names in the CSV. */
export type Fact = readonly [name: string, said: string, values?: Record<string, Value>];
/** A finding, and what it is about. */
export type SaidFinding = Finding & { about?: string };

/** A table, its columns by their titles. */
export interface Table {
  /** Unique in its section. */
  id: string;
  title: string;
  /** For the page, which has the room. */
  note?: string;
  /** Said in place of a table without rows, which is left out where there is nothing to say. */
  empty?: string;
  rows: readonly Row[];
  on?: 'terminal' | 'page';
}

/** A row's cells by the titles of their columns. */
export type Row = Readonly<Record<string, Cell>>;
/** Several things stand one below the other. */
export type Cell = string | number | readonly string[] | Bar | Mark;

/** A bar that shows parts of a whole, from left to right. */
export interface Bar {
  parts: readonly BarPart[];
  whole: number;
  on?: 'page';
}

/** A part of a bar. Its key names its colour in the style sheet. */
export interface BarPart {
  key: string;
  title: string;
  value: number;
}

/** Words that are told apart by colour as well, or lead somewhere. */
export interface Mark {
  text: string;
  tone?: 'good' | 'warn' | 'bad';
  href?: string;
}

/**
 * How many of each kind are in which state. A state in which nothing is would only make the table wide.
 *
 * @param place where they are once they are synced
 * @param more further columns of a kind
 */
export function stateRows(
  counts: readonly KindCounts[],
  title: string,
  place: string,
  more: (kind: string) => Row = () => ({}),
): Row[] {
  const shown = states.filter((state) => state === 'synced' || counts.some((row) => row.states[state] > 0));
  return counts.map(({ kind, states: own, total }) => ({
    [title]: kind,
    [place]: { parts: shown.map((key) => ({ key, title: titleOf(key), value: own[key] })), whole: total },
    all: total,
    ...Object.fromEntries(shown.map((state) => [titleOf(state), own[state]])),
    ...more(kind),
  }));
}

/** Failures of one reason each. */
export function failureRows(failures: readonly FailureGroup[]): Row[] {
  const whole = Math.max(...failures.map(({ count }) => count));
  return failures.map((group) => ({
    reason: `${group.class}: ${group.code}`,
    share: { parts: [{ key: 'failed', title: 'entities', value: group.count }], whole, on: 'page' },
    count: group.count,
    'what to do': group.advice,
    'such as': group.idnumbers,
  }));
}

export function stateFigures(section: string, counts: readonly KindCounts[]): Figure[] {
  return counts.flatMap(({ kind, states: own }) =>
    states.map((state): Figure => [section, `${kind} ${state}`, own[state]]),
  );
}

export function failureFigures(section: string, failures: readonly FailureGroup[]): Figure[] {
  return failures.map((group) => [section, `${group.class} ${group.code}`, group.count]);
}

export function factFigures(section: string, facts: readonly Fact[]): Figure[] {
  return facts.flatMap(([, , values = {}]) =>
    Object.entries(values).map(([name, value]): Figure => [section, name, value]),
  );
}

function titleOf(state: RowStatus): string {
  return state.replace('_', ' ');
}
