import { table } from '#cli/output/table.ts';
import { type AdoptedKind, adoptedKinds } from '#shared/models/services.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Carried } from '#shared/operate/adoption/carry-out.ts';
import { type Decision, decisionText, type Refused } from '#shared/operate/adoption/decisions.ts';
import { type Row, type Verdict, verdicts } from '#shared/operate/adoption/rows.ts';
import type { KeptDecision } from '#shared/store/tables/kept-decisions.ts';

/** What is shown of a run. */
export interface Shown {
  instance: Instance;
  rows: readonly Row[];
  /** What was decided before, by whoever it was. */
  kept: readonly KeptDecision[];
  decisions: ReadonlyMap<Row, Decision>;
  refused: readonly Refused[];
  carried: Carried | undefined;
  lastAccountId: number;
  report: string | undefined;
}

/** So many lines of a list are shown without --details. */
const mostLines = 20;

const words: Record<Verdict, string> = {
  adopted: 'adopted',
  certain: 'certain',
  ambiguous: 'ambiguous',
  conflict: 'conflict',
  invalid: 'invalid record',
  only_in_oec: 'only in OEC',
  only_in_moodle: 'only in Moodle',
};
const plurals: Record<AdoptedKind, string> = {
  category: 'categories',
  course: 'courses',
  group: 'groups',
  account: 'accounts',
};
/** As the setting field_ownership calls them. */
const owned: Record<AdoptedKind, string> = {
  category: 'category',
  course: 'course',
  group: 'group',
  account: 'user',
};

type Counts = Record<AdoptedKind, Record<Verdict, number>>;

/** The shape of `--json`. E-mail addresses are in it only with --details. */
export function adoptionData(shown: Shown, { apply = false, details = false }: Flags) {
  const { instance, rows, kept, decisions, refused, carried, lastAccountId, report } = shown;
  const { lines, others } = apart(refused);
  const decided = new Map([...decisions].map(([row, decision]) => [row.idnumber, decisionText(decision)]));
  return {
    instance: instance.id,
    applied: apply,
    adopted_now: carried?.adopted ?? 0,
    counts: countsOf(rows),
    overwrites: Object.fromEntries(overwrittenIn(rows.filter(isMatched))),
    accounts_up_to_id: lastAccountId,
    rows: rows.map(({ kind, verdict, source, idnumber, desired, candidates, evidence, overwrites }) => ({
      kind,
      verdict,
      record: source ?? null,
      idnumber: idnumber || null,
      label: desired?.label ?? null,
      ...(details && { detail: desired?.detail || null }),
      moodle: candidates.map((observed) => ({
        id: observed.id,
        label: observed.label,
        idnumber: observed.idnumber || null,
        ...(details && { detail: observed.detail || null }),
      })),
      evidence,
      overwrites,
      decision: decided.get(idnumber) ?? null,
    })),
    refused_lines: lines.map(({ said: { line, idnumber }, reason }) => ({ line, idnumber, reason })),
    kept_decisions: kept.map(({ idnumber, decision, who, at }) => ({
      ...{ idnumber, decision, who, at },
      refused: others.find(({ said }) => said.idnumber === idnumber)?.reason ?? null,
    })),
    problems: carried?.problems ?? [],
    report: report ?? null,
  };
}

interface Flags {
  apply?: boolean;
  details?: boolean;
}

export type AdoptionData = ReturnType<typeof adoptionData>;

/** Lines of a file, and what was decided otherwise. */
function apart(refused: readonly Refused[]) {
  const lines = refused.flatMap(({ said, reason }) => ('line' in said ? { said, reason } : []));
  const others = refused.flatMap(({ said, reason }) => ('who' in said ? { said, reason } : []));
  return { lines: lines.sort((a, b) => a.said.line - b.said.line), others };
}

/** The same for people. */
export function adoptionText(shown: Shown, flags: Flags): string {
  const { rows, refused, carried } = shown;
  const { lines: ofReport, others } = apart(refused);
  const isWhole = flags.details === true;
  const listed: Verdict[] = flags.details ? [...verdicts] : ['ambiguous', 'conflict'];
  const parts = [
    countsTable(rows),
    ...listed.map((verdict) => list(rows, verdict, flags)),
    ...lines(
      'Lines of the reviewed report that are not applied:',
      ofReport.map(
        ({ said: { line, idnumber }, reason }) => `line ${line}${idnumber && `, ${idnumber}`}: ${reason}`,
      ),
      isWhole,
    ),
    ...lines(
      'Decided before, and not applied:',
      others.map(
        ({ said: { idnumber, who, at, decision }, reason }) =>
          `${idnumber}, “${decision}” by ${who} at ${at}: ${reason}`,
      ),
      isWhole,
    ),
    ...lines(
      'Not adopted:',
      (carried?.problems ?? []).map(({ idnumber, problem }) => `${idnumber}: ${problem}`),
      isWhole,
    ),
    overwritesText(rows),
    ...closing(shown, flags),
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** How many things of each kind stand how. */
export function countsOf(rows: readonly Row[]): Counts {
  const none = () => Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Counts[AdoptedKind];
  const counts = Object.fromEntries(adoptedKinds.map((kind) => [kind, none()])) as Counts;
  for (const { kind, verdict } of rows) counts[kind][verdict] += 1;
  return counts;
}

function countsTable(rows: readonly Row[]): string {
  const counts = countsOf(rows);
  return table(
    ['', ...verdicts.map((verdict) => words[verdict])],
    adoptedKinds.map((kind) => [plurals[kind], ...verdicts.map((verdict) => counts[kind][verdict])]),
  );
}

function list(rows: readonly Row[], verdict: Verdict, { details = false }: Flags): string {
  const ofVerdict = rows.filter((row) => row.verdict === verdict);
  return (
    lines(
      `${capital(words[verdict])}:`,
      ofVerdict.map((row) => lineOf(row, details)),
      details,
    )[0] ?? ''
  );
}

function lineOf({ kind, idnumber, desired, candidates, evidence }: Row, details: boolean): string {
  const named = ({ label, detail }: { label: string; detail: string }) =>
    details && detail ? `${label} <${detail}>` : label;
  const record = desired ? `${idnumber} ${named(desired)}` : idnumber;
  const moodle = candidates.map((observed) => `${kind} ${observed.id} ${named(observed)}`).join(' | ');
  return `${[record, moodle].filter(Boolean).join(' – ')}${evidence && `: ${evidence}`}`;
}

/** A list with its title; none where there is nothing in it. */
function lines(title: string, all: string[], isWhole: boolean): string[] {
  if (all.length === 0) return [];
  const shown = isWhole ? all : all.slice(0, mostLines);
  const more = all.length - shown.length;
  return [
    [
      title,
      ...shown.map((line) => `  ${line}`),
      ...(more > 0 ? [`  … and ${more} more (--details)`] : []),
    ].join('\n'),
  ];
}

/** How often each field would be overwritten, as field_ownership calls it. */
export function overwrittenIn(rows: readonly Pick<Row, 'kind' | 'overwrites'>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, overwrites } of rows) {
    for (const field of overwrites) {
      const name = `${owned[kind]}.${field}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

const isMatched = ({ verdict }: Row) => verdict === 'certain' || verdict === 'adopted';

function overwritesText(rows: readonly Row[]): string {
  const counts = [...overwrittenIn(rows.filter(isMatched))].map(([name, count]) => `${name} (${count})`);
  if (counts.length === 0) return '';
  return (
    `The next push would overwrite in what is matched here: ${counts.join(', ')}. The ERP owns these fields; the ` +
    'setting field_ownership of the instance leaves them to Moodle, and `oec-moodle plan --details` shows each change.'
  );
}

function closing(
  { instance, rows, decisions, carried, lastAccountId, report }: Shown,
  { apply }: Flags,
): string[] {
  const { id, status } = instance;
  const isOpen = rows.some(({ verdict }) => verdict === 'certain' || verdict === 'ambiguous');
  return [
    status === 'active' && isOpen
      ? `The instance ${id} is active: what is pushed meanwhile may be made a second time. Pause it first: \`oec-moodle instance pause ${id}\`.`
      : '',
    `Accounts were looked for up to the id ${lastAccountId}. Groups are compared in the courses that are matched.`,
    report === undefined ? '' : `The report is in ${report}. It holds e-mail addresses.`,
    !apply && decisions.size > 0 ? `${decisions.size} decisions can be carried out: --apply does.` : '',
    apply
      ? `${carried?.adopted ?? 0} adopted now. The next push brings them up to date.`
      : 'Nothing has been changed. --apply adopts what is certain; --report writes everything down for review.',
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
