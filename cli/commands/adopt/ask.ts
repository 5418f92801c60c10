import { confirm, select } from '@inquirer/prompts';
import { printable } from '#cli/output/printable.ts';
import type { Survey } from '#shared/operate/adoption/adoption.ts';
import type { Decision, DecisionRules, Review, Said } from '#shared/operate/adoption/decisions.ts';
import type { Row } from '#shared/operate/adoption/rows.ts';

type Answer = Decision | 'stop';

/** Asks about one record; the choices are those that can be carried out. */
export type Ask = (row: Row, choices: { name: string; value: Answer }[]) => Promise<Answer>;

/**
 * Asks about everything that is ambiguous and not decided yet, until the person has had enough.
 *
 * @param keep keeps an answer; false where somebody else was faster, and nothing is decided
 * @returns what was decided; what was left out is undecided
 */
export async function askAbout(
  survey: Survey,
  { decisions: before, rules }: Pick<Review<Said>, 'decisions' | 'rules'>,
  keep: (row: Row, decision: Decision) => Promise<boolean>,
  { ask = onTerminal, begin = offer }: { ask?: Ask; begin?: (count: number) => Promise<boolean> } = {},
): Promise<Map<Row, Decision>> {
  const rows = survey.rows.filter((row) => row.verdict === 'ambiguous' && !before.has(row));
  const decisions = new Map<Row, Decision>();
  if (rows.length === 0 || !(await begin(rows.length))) return decisions;
  for (const row of rows) {
    const answer = await ask(row, choicesOf(row, rules));
    if (answer === 'stop') break;
    if (!(await keep(row, answer))) continue;
    rules.take(row, answer);
    decisions.set(row, answer);
  }
  return decisions;
}

function choicesOf(row: Row, rules: DecisionRules): { name: string; value: Answer }[] {
  const matches = row.candidates.map(({ id, label, detail, idnumber }) => ({
    name: printable(
      [`${id}: ${label}`, detail, idnumber && `ID number ${idnumber}`].filter(Boolean).join(', '),
    ),
    value: { match: id } as Answer,
  }));
  const others: { name: string; value: Answer }[] = [
    { name: 'none of them: the next push makes it', value: 'new' },
    { name: 'skip: leave it for later', value: 'skip' },
    { name: 'stop asking', value: 'stop' },
  ];
  return [...matches, ...others].filter(
    ({ value }) => value === 'stop' || rules.refusal(row, value) === undefined,
  );
}

function offer(count: number): Promise<boolean> {
  return confirm({
    message: `${count} records are ambiguous. Decide on them now, one by one?`,
    default: true,
  });
}

function onTerminal(row: Row, choices: { name: string; value: Answer }[]): Promise<Answer> {
  const { desired, kind, idnumber, evidence } = row;
  const who = [desired?.label, desired?.detail].filter(Boolean).join(', ');
  return select({ message: printable(`${idnumber} (${who}): which ${kind} is it? ${evidence}`), choices });
}
