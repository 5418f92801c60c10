import type { Looked } from '#cli/commands/adopt/adopt.ts';
import { address } from '#cli/console/parts.ts';
import type { Say } from '#cli/console/texts/catalogue.ts';
import { field, type Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import { type Decision, parseDecision, type Review, review } from '#shared/operate/adoption/decisions.ts';
import type { Row } from '#shared/operate/adoption/rows.ts';
import { type KeptDecision, keptDecisions } from '#shared/store/tables/kept-decisions.ts';

/** A Moodle as it was when somebody looked at it, and what everybody has decided by now. */
export interface AdoptDesk {
  /** Where its pages are: `/adopt/{job}`. */
  path: string;
  looked: Looked;
  rows: readonly Row[];
  kept: readonly KeptDecision[];
  review: Review<KeptDecision>;
  /** What needs a person, decided or not, in the order in which it is asked. */
  questions: Row[];
  /** Those of which nothing is decided that could be carried out. */
  open: Row[];
}

/** Undefined while the Moodle is being looked at, or where that did not work. */
export async function deskOf(visit: Visit): Promise<AdoptDesk | undefined> {
  const { job: id = '' } = visit.params;
  const job = visit.job(id);
  if (job?.state !== 'done') return undefined;
  const looked = job.result as Looked;
  const { before, moodle } = looked;
  const kept = await (await visit.deployment()).open(keptDecisions).list(moodle.instance.id);
  const reviewed = review(kept, before);
  const refused = new Set(reviewed.refused.map(({ said }) => said.idnumber));
  const questions = before.rows.filter(
    ({ verdict, idnumber }) => verdict === 'ambiguous' || (idnumber !== '' && refused.has(idnumber)),
  );
  const open = questions.filter((row) => row.desired && !reviewed.decisions.has(row));
  return { path: `/adopt/${id}`, looked, rows: before.rows, kept, review: reviewed, questions, open };
}

/** The row that the address or a form names. */
export function namedRow({ rows }: AdoptDesk, fields: Visit['query']): Row | undefined {
  const idnumber = field(fields, 'record');
  return idnumber === '' ? undefined : rows.find((row) => row.idnumber === idnumber);
}

/** Where one is decided about. */
export function questionPath({ path }: AdoptDesk, { idnumber }: Pick<Row, 'idnumber'>): string {
  return address(`${path}/ask`, { record: idnumber });
}

export function decisionWord(say: Say, decision: Decision | string): string {
  const known = typeof decision === 'string' ? parseDecision(decision) : decision;
  if (known === 'new' || known === 'skip') return say(`adopt.decision.${known}`);
  return say('adopt.decision.match', { id: String(known?.match ?? decision) });
}

/** Who has decided, and when. */
export function madeBy({ say, language }: Visit, { who, at }: KeptDecision): Html {
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return html`${say('adopt.made_by', { who: nameOf(who), at: time.format(new Date(at)) })}`;
}

/** What people call an AWS identity: `ana` of `arn:aws:iam::000000000000:user/ana`. */
export function nameOf(arn: string): string {
  return arn.split('/').at(-1)!;
}
