import { type FailureRow, type FailureTarget, nameOf } from './failure-target.ts';

/** What has become of the attempts to bring something there, as columns of CSV. */
export const attemptColumns = [
  'status',
  'class',
  'code',
  'field',
  'reason',
  'advice',
  'waits_for',
  'attempts',
  'first_failed_at',
  'last_failed_at',
  'next_attempt_at',
  'last_synced_at',
] as const;

/** A failure as programs get it, with the fields that say which one it is. */
export type FailureData = Readonly<Record<string, unknown>> & {
  instance: string;
  model: string;
  status: FailureRow['status'];
  attempts: number;
  class: string | null;
  code: string | null;
  field: string | null;
  reason: string | null;
  advice: string | null;
  waits_for: string[];
  first_failed_at: string | null;
  last_failed_at: string | null;
  next_attempt_at: string | null;
  last_synced_at: string | null;
};

/** A failure as programs get it. */
export function failureData<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  row: Row,
): FailureData {
  const { instance, model, status, attempts, failure } = row;
  const attempt = {
    status,
    attempts,
    class: failure?.class ?? null,
    code: failure?.code ?? null,
    field: failure?.field ?? null,
    reason: failure?.reason ?? null,
    advice: failure?.advice ?? null,
    waits_for: failure?.waits_for ?? [],
    first_failed_at: row.first_failed_at ?? null,
    last_failed_at: row.last_failed_at ?? null,
    next_attempt_at: row.next_attempt_at ?? null,
    last_synced_at: row.last_synced_at ?? null,
  } satisfies Record<(typeof attemptColumns)[number], unknown>;
  return {
    ...Object.fromEntries(target.identity.map((field) => [field, row[field]])),
    ...{ instance, model },
    ...attempt,
    [target.counterpart]: row[target.counterpart] ?? null,
  };
}

/** Why it failed, in short: `refused: invalidparameter (email)`. */
export function why({ status, failure }: FailureRow): string {
  if (!failure) return status === 'held' ? 'the brake is on' : '';
  const field = failure.field ? ` (${failure.field})` : '';
  return `${failure.class}: ${failure.code}${field}`;
}

/** What happens to it by itself, and what a person can do. @param waitsFor the first of what it waits for */
export function nextStep<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  row: Row,
  waitsFor: Row | undefined,
): string {
  const { here, there, corrected, command } = target;
  const { instance, status, next_attempt_at: next } = row;
  const retry = `\`oec-moodle ${command} retry ${nameOf(target, row).join(' ')}\``;
  switch (status) {
    case 'synced':
      return `Nothing: ${there} holds what ${here} asked for last.`;
    case 'failed':
      return `It is tried again by itself${next ? ` at ${next} (UTC)` : ''}; ${retry} does so at once.`;
    case 'permanently_failed':
      return `It is not tried again before the record changes in ${here}, or you say ${retry}.`;
    case 'invalid':
      return `It is tried as soon as the record is corrected in ${corrected}.`;
    case 'conflict':
      return (
        `It is tried when either side changes, and once a day; settled in ${there} itself, ${retry} tries it at ` +
        'once.'
      );
    case 'waiting':
      return waitsFor
        ? `It is tried when what it waits for has arrived: \`oec-moodle ${command} show ${nameOf(target, waitsFor).join(' ')}\`.`
        : 'It is tried when what it needs is there.';
    case 'held':
      return `It waits for your word: \`oec-moodle brake release ${instance} ${target.brakeOf(row)}\`, if it is meant.`;
    default:
      return `${target.labelOf(row)} has a status that this release does not know.`;
  }
}
