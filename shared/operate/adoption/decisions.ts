import { comparableEmail } from '#shared/models/fields/email.ts';
import type { AdoptedKind } from '#shared/models/services.ts';
import { isToBeConfirmed } from '#shared/moodle/accounts/account-records.ts';
import { personOf } from '#shared/moodle/accounts/person-presence.ts';
import type { KeptDecision } from '#shared/store/tables/kept-decisions.ts';
import { observedKey, type Survey } from './adoption.ts';
import type { Desired, Observed } from './kinds.ts';
import { comparableKey } from './names.ts';
import type { Row } from './rows.ts';

/** What a person says about a record. */
export type Decision = { match: number } | 'new' | 'skip';

/** What somebody has said about a record, in the words of a report, and how it stood then. */
export type Said = Pick<KeptDecision, 'kind' | 'verdict' | 'idnumber' | 'moodleIds' | 'decision'>;

/** One line of a reviewed report that holds a decision. */
export interface ReviewedLine extends Said {
  /** Line of the file, from 1. */
  line: number;
  /** The decision that was kept when the report was written, by {@link madeBy}. */
  decided: string;
}

/** Something that is not applied, and why, as a sentence. */
export interface Refused<Saying extends Said = ReviewedLine | KeptDecision> {
  said: Saying;
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

/** Who has decided, and when, as a report has it. */
export function madeBy({ at, who }: KeptDecision): string {
  return `${at} ${who}`;
}

/**
 * What counts of a reviewed report and of what is kept. A line takes the place of the decision that its writer knew; what
 * somebody else has decided since is not overwritten, and neither of the two counts.
 */
export function weighed(
  lines: readonly ReviewedLine[],
  kept: readonly KeptDecision[],
): { said: (ReviewedLine | KeptDecision)[]; refused: Refused[] } {
  const ofRecord = new Map(kept.map((decision) => [decision.idnumber, decision]));
  const written = new Set(lines.map(({ idnumber }) => idnumber));
  const said: (ReviewedLine | KeptDecision)[] = kept.filter(({ idnumber }) => !written.has(idnumber));
  const refused: Refused[] = [];
  for (const line of lines) {
    const other = ofRecord.get(line.idnumber);
    const isKnown = !other || line.decided === madeBy(other);
    if (isKnown || line.decision.trim().toLowerCase() === other.decision) said.push(line);
    else {
      const reason = `${other.who} has decided “${other.decision}” at ${other.at}: write a new report and agree on it.`;
      refused.push({ said: line, reason });
    }
  }
  return { said, refused };
}

/** What is left of what was said. */
export interface Review<Saying extends Said> {
  decisions: Map<Row, Decision>;
  /** Written about something else, or not to be carried out. */
  refused: Refused<Saying>[];
  /** Carried out already. */
  settled: Saying[];
  /** What may be decided besides. */
  rules: DecisionRules;
}

/**
 * Compares what was said with how everything stands now.
 *
 * @param reconsidered rows about which somebody decides now: what is certain of them does not count
 */
export function review<Saying extends Said>(
  all: readonly Saying[],
  survey: Survey,
  reconsidered: readonly Row[] = [],
): Review<Saying> {
  const rows = new Map(survey.rows.filter(({ idnumber }) => idnumber).map((row) => [row.idnumber, row]));
  const decisions = new Map<Row, Decision>();
  const refused: Refused<Saying>[] = [];
  const settled: Saying[] = [];
  const seen = new Set<string>();
  const open: { said: Saying; row: Row; decision: Decision }[] = [];
  for (const said of all) {
    const decision = parseDecision(said.decision);
    const row = rows.get(said.idnumber);
    const reason = seen.has(said.idnumber)
      ? 'Another line has decided about the same record.'
      : misread(said, decision, row);
    if (said.idnumber) seen.add(said.idnumber);
    if (reason) refused.push({ said, reason });
    else if (isDone(row!, decision!)) settled.push(said);
    else open.push({ said, row: row!, decision: decision! });
  }
  const rules = new DecisionRules(survey, new Set([...open.map(({ row }) => row), ...reconsidered]));
  for (const { said, row, decision } of open) {
    const reason = stale(said, row) ?? rules.refusal(row, decision);
    if (reason) refused.push({ said, reason });
    else {
      rules.take(row, decision);
      decisions.set(row, decision);
    }
  }
  return { decisions, refused, settled, rules };
}

/** Why nothing that could be done was said. */
function misread(line: Said, decision: Decision | undefined, row: Row | undefined): string | undefined {
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

/** Whether it was said when things stood otherwise. */
function stale(line: Said, row: Row): string | undefined {
  if (isOf(line, row)) return undefined;
  const now = row.candidates.length > 0 ? `${row.verdict} (${candidateIds(row)})` : row.verdict;
  return `It was ${line.verdict || 'nothing'} when that was decided, and is ${now} now: look at it again.`;
}

/** Whether it was said of a row as it is now. */
export function isOf({ verdict, moodleIds }: Said, row: Row): boolean {
  return verdict === row.verdict && ids(moodleIds) === ids(candidateIds(row));
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
    const isOwn = [desired.idnumber, desired.moodleIdnumber].includes(idnumber);
    if (idnumber.startsWith('oec_') && !isOwn && !isFree)
      return `The ${kind} ${id} has the ID number ${idnumber}: clear it in Moodle if that is wrong.`;
    if (desired.kind === 'group' && observed.fields.course !== this.#courses.get(desired.fields.course))
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
    return !other?.isActive || other.source.model !== source.model;
  }

  /** A push would take what has such a key for the record's, or be refused for its sake. */
  #refusalOfNew(desired: Desired): string | undefined {
    const course = desired.kind === 'group' ? this.#courses.get(desired.fields.course) : undefined;
    const own = { ...desired, idnumber: desired.moodleIdnumber };
    for (const [what, key] of claimsOf(own, course)) {
      const observed = claimantsIn(this.#survey).get(key);
      if (observed)
        return `The ${observed.kind} ${observed.id} has the same ${what}, and the next push would meet it: change one of the two first.`;
    }
    return undefined;
  }
}

const claimants = new WeakMap<Survey, ReadonlyMap<string, Observed>>();

/** What in Moodle has a key; found out once, since a console asks for each decision. */
function claimantsIn(survey: Survey): ReadonlyMap<string, Observed> {
  const known =
    claimants.get(survey) ??
    new Map(
      [...survey.observed.values()].flatMap((observed) =>
        claimsOf(observed, observed.fields.course).map(([, key]) => [key, observed] as const),
      ),
    );
  claimants.set(survey, known);
  return known;
}

/** The keys that only one may have, or by which a push finds what it looks for: what they are, and as one text. */
function claimsOf(
  { kind, idnumber, fields }: { kind: AdoptedKind; idnumber: string; fields: Record<string, unknown> },
  course: unknown,
): [what: string, key: string][] {
  const claims: [string, string][] = [
    ['ID number', comparableKey(idnumber)],
    ['e-mail address', kind === 'account' ? comparableEmail(String(fields.email)) : ''],
    ['short name', kind === 'course' ? comparableKey(String(fields.shortname)) : ''],
    ['name', kind === 'group' ? comparableKey(String(fields.name)) : ''],
  ];
  const place = kind === 'group' ? course : '';
  return claims.flatMap(([what, key]) => (key === '' ? [] : [[what, `${kind} ${place} ${what} ${key}`]]));
}
