import { comparableEmail } from '#shared/models/fields/email.ts';
import { isToBeConfirmed } from '#shared/moodle/accounts/account-records.ts';
import { personOf } from '#shared/moodle/accounts/person-standing.ts';
import { observedKey, type Survey } from './adoption.ts';
import type { Desired, Observed } from './kinds.ts';
import { comparableKey } from './names.ts';
import type { Row } from './rows.ts';

/** What a person says about a record. */
export type Decision = { match: number } | 'new' | 'skip';

/** One line of a reviewed report that holds a decision. */
export interface ReviewedLine {
  /** Line of the file, from 1. */
  line: number;
  kind: string;
  verdict: string;
  idnumber: string;
  /** Ids of the candidates as they were reported. */
  moodleIds: string;
  decision: string;
}

/** A line that is not applied, and why, as a sentence. */
export interface RefusedLine {
  line: number;
  idnumber: string;
  reason: string;
}

/** How a decision is written in a report. */
export function decisionText(decision: Decision): string {
  return typeof decision === 'object' ? `match ${decision.match}` : decision;
}

/** @returns undefined for a text that is no decision */
export function parseDecision(text: string): Decision | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'new' || plain === 'skip') return plain;
  const [, id] = /^match\s+([1-9]\d{0,14})$/.exec(plain) ?? [];
  return id === undefined ? undefined : { match: Number(id) };
}

/** The ids of a row's candidates, as the report holds them. */
export function candidateIds({ candidates }: Row): string {
  return candidates.map(({ id }) => id).join(' | ');
}

/**
 * Compares a reviewed report with how everything stands now. A line that was written about something else, or that
 * cannot be carried out, is refused; what stands so already is passed over.
 */
export function review(
  lines: readonly ReviewedLine[],
  survey: Survey,
): { decisions: Map<Row, Decision>; refused: RefusedLine[] } {
  const rows = new Map(survey.rows.filter(({ idnumber }) => idnumber).map((row) => [row.idnumber, row]));
  const decisions = new Map<Row, Decision>();
  const refused: RefusedLine[] = [];
  const seen = new Set<string>();
  const open: { line: ReviewedLine; row: Row; decision: Decision }[] = [];
  for (const line of lines) {
    const decision = parseDecision(line.decision);
    const row = rows.get(line.idnumber);
    const reason = seen.has(line.idnumber)
      ? 'Another line has decided about the same record.'
      : misread(line, decision, row);
    if (line.idnumber) seen.add(line.idnumber);
    if (reason) refused.push({ line: line.line, idnumber: line.idnumber, reason });
    else if (!isDone(row!, decision!)) open.push({ line, row: row!, decision: decision! });
  }
  const rules = new DecisionRules(survey, new Set(open.map(({ row }) => row)));
  for (const { line, row, decision } of open) {
    const reason = stale(line, row) ?? rules.refusal(row, decision);
    if (reason) refused.push({ line: line.line, idnumber: line.idnumber, reason });
    else {
      rules.take(row, decision);
      decisions.set(row, decision);
    }
  }
  return { decisions, refused: refused.sort((a, b) => a.line - b.line) };
}

/** Why a line says nothing that could be done. */
function misread(
  line: ReviewedLine,
  decision: Decision | undefined,
  row: Row | undefined,
): string | undefined {
  if (!decision) return 'The decision is none of “match” with a Moodle id, “new” and “skip”.';
  if (line.idnumber === '') return 'It is about something in Moodle: decide on the line of the record.';
  if (!row) return 'No such record would be pushed to this Moodle now.';
  if (row.kind !== line.kind)
    return `The record is a ${row.kind} in Moodle, and no ${line.kind || 'nameless kind'}.`;
  if (row.verdict === 'invalid') return 'The record cannot be pushed as it is: correct it in the ERP first.';
  const id = row.desired?.mapping?.moodle_id;
  const isSame = typeof decision === 'object' && decision.match === id;
  if (id === undefined || isSame || isDone(row, decision)) return undefined;
  return `The record has been adopted as ${row.kind} ${id} since.`;
}

/** Whether the decision has been carried out already, by an earlier run of the same report. */
function isDone({ desired }: Row, decision: Decision): boolean {
  const mapping = desired?.mapping;
  // An account that a push has taken over by its address may still want confirming.
  if (typeof decision === 'object') return mapping?.moodle_id === decision.match && !isToBeConfirmed(mapping);
  if (decision === 'new') return mapping?.adoption === 'new';
  return mapping?.adoption === 'skipped' && mapping.moodle_id === undefined;
}

/** Whether the line was written when things stood otherwise. */
function stale(line: ReviewedLine, row: Row): string | undefined {
  if (line.verdict === row.verdict && ids(line.moodleIds) === ids(candidateIds(row))) return undefined;
  const now = row.candidates.length > 0 ? `${row.verdict} (${candidateIds(row)})` : row.verdict;
  return `It was ${line.verdict || 'nothing'} when the report was written, and is ${now} now: look at it again.`;
}

function ids(text: string): string {
  return text
    .split(/[^\d]+/)
    .filter(Boolean)
    .join();
}

/** What may be decided about a record. */
export class DecisionRules {
  readonly #survey: Survey;
  /** Whose each of Moodle's entities is, or has been decided to be. */
  readonly #owners = new Map<string, string>();
  readonly #courses = new Map<string, number>();
  /** What in Moodle has a key. */
  readonly #claimants = new Map<string, Observed>();

  /** @param reconsidered rows about which somebody decides: what is certain of them does not count */
  constructor(survey: Survey, reconsidered: ReadonlySet<Row> = new Set()) {
    this.#survey = survey;
    for (const row of survey.rows) {
      const [observed] = row.candidates;
      if (!observed || !(row.verdict === 'adopted' || row.verdict === 'certain') || reconsidered.has(row))
        continue;
      this.#owners.set(observedKey(row.kind, observed.id), row.idnumber);
      if (row.kind === 'course') this.#courses.set(row.idnumber, observed.id);
    }
    for (const observed of survey.observed.values()) {
      const { kind, idnumber, fields } = observed;
      const claims = claimsOf({
        kind,
        idnumber,
        fields,
        place: kind === 'group' ? fields.course : undefined,
      });
      for (const [, key] of claims) this.#claimants.set(key, observed);
    }
  }

  /** Why a decision cannot be carried out, as a sentence; undefined where it can. */
  refusal(row: Row, decision: Decision): string | undefined {
    if (decision === 'skip') return undefined;
    if (!row.desired) return 'The record cannot be pushed as it is: correct it in the ERP first.';
    return decision === 'new'
      ? this.#refusalOfNew(row.desired)
      : this.#refusalOfMatch(row.desired, decision.match);
  }

  /** Notes a decision, so that a second record cannot have the same. */
  take(row: Row, decision: Decision): void {
    if (typeof decision === 'object') this.#owners.set(observedKey(row.kind, decision.match), row.idnumber);
  }

  #refusalOfMatch(desired: Desired, id: number): string | undefined {
    const { kind } = desired;
    const observed = this.#survey.observed.get(observedKey(kind, id));
    if (!observed) return `Moodle has no ${kind} ${id}.`;
    if (observed.isProtected) return `The account ${id} administers Moodle or this link.`;
    const owner = this.#owners.get(observedKey(kind, id));
    if (owner && owner !== desired.idnumber && !this.#mayShare(desired, owner))
      return `The ${kind} ${id} is ${owner}.`;
    const idnumber = observed.idnumber.toLowerCase();
    const isFree = personOf(idnumber) !== undefined && this.#mayShare(desired, idnumber);
    if (idnumber.startsWith('oec_') && idnumber !== desired.moodleIdnumber && !isFree)
      return `The ${kind} ${id} has the ID number ${idnumber}: clear it in Moodle if that is wrong.`;
    const course = this.#courses.get(String(desired.entity.fields.course));
    if (kind === 'group' && observed.fields.course !== course)
      return `The group ${id} is in another course than the record's.`;
    return undefined;
  }

  /**
   * Whether an account may be another record's as well: one of a person who came back with a new record, or of a student
   * who teaches.
   */
  #mayShare({ kind, source }: Desired, owner: string): boolean {
    if (kind !== 'account') return false;
    const other = this.#survey.desired.find(({ idnumber }) => idnumber === owner);
    return !other?.entity.active || other.source.model !== source.model;
  }

  /** A push would take what has such a key for the record's, or be refused for its sake. */
  #refusalOfNew(desired: Desired): string | undefined {
    const { fields } = desired.entity;
    const place = desired.kind === 'group' ? this.#courses.get(String(fields.course)) : undefined;
    const claims = claimsOf({ kind: desired.kind, idnumber: desired.moodleIdnumber, fields, place });
    for (const [what, key] of claims) {
      const observed = this.#claimants.get(key);
      if (observed)
        return `The ${observed.kind} ${observed.id} has the same ${what}, and the next push would meet it: change one of the two first.`;
    }
    return undefined;
  }
}

/** The keys that only one may have, or by which a push finds what it looks for: what they are, and as one text. */
function claimsOf({
  kind,
  idnumber,
  fields,
  place,
}: {
  kind: Desired['kind'];
  idnumber: string;
  fields: Record<string, unknown>;
  place: unknown;
}): [what: string, key: string][] {
  const claims: [string, string][] = [
    ['ID number', comparableKey(idnumber)],
    ['e-mail address', kind === 'account' ? comparableEmail(String(fields.email)) : ''],
    ['short name', kind === 'course' ? comparableKey(String(fields.shortname)) : ''],
    ['name', kind === 'group' ? comparableKey(String(fields.name)) : ''],
  ];
  return claims.flatMap(([what, key]) =>
    key === '' ? [] : [[what, `${kind} ${place ?? ''} ${what} ${key}`]],
  );
}
