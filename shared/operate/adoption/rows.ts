import type { AdoptedKind } from '#shared/models/services.ts';
import { isToBeConfirmed } from '#shared/moodle/accounts/account-records.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';
import type { AdoptionMatch, Desired, Observed, Unpushable } from './kinds.ts';
import { type Match, match, type Tie } from './match.ts';

/**
 * How a record, or something in Moodle that is no record's, stands:
 * - adopted: the link knows which it is, and so does Moodle.
 * - certain: Moodle has exactly what must be it.
 * - ambiguous: Moodle has what may be it; a person decides.
 * - conflict: its e-mail address or short name belongs to something that cannot become it.
 * - invalid: the record cannot be pushed as it is.
 * - only_in_oec, only_in_moodle: the other side has nothing like it.
 */
export const verdicts = [
  'adopted',
  'certain',
  'ambiguous',
  'conflict',
  'invalid',
  'only_in_oec',
  'only_in_moodle',
] as const;
export type Verdict = (typeof verdicts)[number];

/** One line of the gap report. */
export interface Row {
  kind: AdoptedKind;
  verdict: Verdict;
  /** The record; undefined for what is only in Moodle. */
  source?: RecordKey | undefined;
  /** The key of its mapping. */
  idnumber: string;
  /** What is needed to adopt it; undefined where nothing can be. */
  desired?: Desired | undefined;
  /** What it is, or may be, in Moodle: the likeliest first. */
  candidates: Observed[];
  /** What speaks for it, or why it stands so, in words. */
  evidence: string;
  /** Fields that the next push would overwrite in Moodle, because the ERP owns them. */
  overwrites: string[];
  /** The same, if it were this one. */
  wouldOverwrite?(observed: Observed): string[];
}

/** Candidates that a person can look through; the others are counted. */
const mostCandidates = 10;

/** What the rows of one kind are made from. */
interface Sides<Some extends Desired> {
  desired: readonly Some[];
  observed: readonly Observed[];
  ties(desired: readonly Some[], observed: readonly Observed[]): Tie<Some, Observed>[];
  /** Fields of Moodle's that the ERP owns and has otherwise. */
  overwrites(desired: Some, observed: Observed): string[];
}

/** Compares the records of one kind with what Moodle has. */
export function compare<Some extends Desired>({ desired, observed, ties, overwrites }: Sides<Some>): Row[] {
  const adopted = new Map(
    desired.flatMap((record) =>
      record.mapping?.moodle_id === undefined ? [] : [[record.mapping.moodle_id, record]],
    ),
  );
  const open = desired.filter(({ mapping }) => mapping?.moodle_id === undefined);
  const own = new Set(open.flatMap(({ idnumber, moodleIdnumber }) => [idnumber, moodleIdnumber]));
  const isFree = (each: Observed) => {
    const idnumber = each.idnumber.toLowerCase();
    return !each.isProtected && !adopted.has(each.id) && (!idnumber.startsWith('oec_') || own.has(idnumber));
  };
  const [free, blocked] = [observed.filter(isFree), observed.filter((each) => !isFree(each))];
  const counted = ties(open, free).filter(
    ({ desired: { mapping }, strength }) => mapping?.adoption !== 'new' || strength === 'own',
  );
  const matches = match(open, counted);
  const blockedTies = ties(open, blocked).filter(({ isExclusive }) => isExclusive);
  const stopped = new Map(blockedTies.map((tie) => [tie.desired, tie.observed]));
  const ofObserved = new Map(observed.map((each) => [each.id, each]));
  const rows = desired.map((record): Row => {
    const id = record.mapping?.moodle_id;
    if (id === undefined) return rowOf(record, matches.get(record)!, stopped.get(record), overwrites);
    const known = ofObserved.get(id);
    const row = { ...about(record, overwrites), verdict: 'adopted' as const };
    if (!known) return { ...row, candidates: [], evidence: `Moodle no longer has it under the id ${id}` };
    // What has been pushed is as the ERP has it, or was changed in Moodle since: the plan knows which.
    const isPushed = record.mapping?.sync_hash !== undefined;
    return {
      ...row,
      candidates: [known],
      evidence: isToBeConfirmed(record.mapping)
        ? `taken over by its e-mail address in a push: “match ${id}” confirms it`
        : '',
      overwrites: isPushed ? [] : overwrites(record, known),
    };
  });
  const named = new Set([...matches.values()].flatMap(namedBy));
  const alone = observed.filter((each) => !each.isProtected && !adopted.has(each.id) && !named.has(each));
  return [...rows, ...alone.map(onlyInMoodle)];
}

/** What is, or may be, the record's. */
function namedBy(outcome: AdoptionMatch): Observed[] {
  if (outcome.verdict === 'certain') return [outcome.tie.observed];
  return outcome.verdict === 'ambiguous' ? outcome.ties.map(({ observed }) => observed) : [];
}

/** Of a record: nothing in Moodle is it, until more is known. */
function about<Some extends Desired>(record: Some, overwrites: Sides<Some>['overwrites']): Row {
  return {
    ...{ kind: record.kind, source: record.source, idnumber: record.idnumber, desired: record },
    ...{ verdict: 'only_in_oec', candidates: [], evidence: '', overwrites: [] },
    wouldOverwrite: (observed) => overwrites(record, observed),
  };
}

function rowOf<Some extends Desired>(
  record: Some,
  outcome: Match<Some, Observed>,
  stoppedBy: Observed | undefined,
  overwrites: Sides<Some>['overwrites'],
): Row {
  const row = about(record, overwrites);
  const conflict = ({ kind, id }: Observed, why: string): Row => {
    const evidence = `${keyOf(record)} belongs to the ${kind} ${id}, which ${why}`;
    return { ...row, verdict: 'conflict', evidence };
  };
  switch (outcome.verdict) {
    case 'certain': {
      const { observed, evidence } = outcome.tie;
      const known = { ...row, candidates: [observed], overwrites: overwrites(record, observed) };
      const facts = evidence.join(', ');
      return record.mapping?.adoption === 'skipped'
        ? { ...known, verdict: 'ambiguous', evidence: `set aside before: ${facts}` }
        : { ...known, verdict: 'certain', evidence: facts };
    }
    case 'ambiguous': {
      const shown = outcome.ties.slice(0, mostCandidates);
      const facts = shown.map(({ observed, evidence }) => `${observed.id}: ${evidence.join(', ')}`);
      const more = outcome.ties.length - shown.length;
      const evidence = `${outcome.reason} (${facts.join('; ')}${more > 0 ? `; and ${more} more` : ''})`;
      return { ...row, verdict: 'ambiguous', candidates: shown.map(({ observed }) => observed), evidence };
    }
    case 'taken':
      return conflict(outcome.tie.observed, `is ${outcome.by.idnumber}`);
    case 'none':
      if (!stoppedBy)
        return { ...row, evidence: record.mapping?.adoption === 'new' ? 'decided to be new' : '' };
      return conflict(
        stoppedBy,
        stoppedBy.isProtected ? 'administers Moodle or this link' : `has the ID number ${stoppedBy.idnumber}`,
      );
  }
}

function keyOf({ kind }: Desired): string {
  return kind === 'account' ? 'its e-mail address' : 'its short name';
}

function onlyInMoodle(observed: Observed): Row {
  const isOurs = /^oec_/i.test(observed.idnumber);
  return {
    kind: observed.kind,
    verdict: 'only_in_moodle',
    idnumber: '',
    candidates: [observed],
    evidence: isOurs
      ? `has the ID number ${observed.idnumber}, whose record is gone, not in use or invalid`
      : '',
    overwrites: [],
  };
}

/** The row of a record that cannot be pushed. */
export function invalidRow({ kind, source, idnumber, reason }: Unpushable): Row {
  return { kind, verdict: 'invalid', source, idnumber, candidates: [], evidence: reason, overwrites: [] };
}
