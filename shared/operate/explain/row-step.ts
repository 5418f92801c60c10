import type { RecordRow } from '#shared/moodle/accounts/record-rows.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { ok, type Step, shortTime, stop, waits } from './step.ts';

const queued = 'Wait a minute; if nothing happens, `oec-moodle sync push` pushes what was missed.';

/** How far something is on its way to Moodle, by its mapping. */
export function rowStep(about: string, row: RecordRow): Step {
  return { ...stepOfRow(about, row), idnumber: row.idnumber };
}

function stepOfRow(about: string, row: RecordRow): Step {
  const { mapping, state, failure } = row;
  if (!mapping) return unmapped(about, row);
  const last = mapping.failure ?? failure;
  switch (mapping.status) {
    case 'synced':
      break;
    case 'held':
      return stop(
        about,
        'The brake is on: too much was to be suspended, hidden or unenrolled at once.',
        '`oec-moodle brake show` says how much; if it is meant, `oec-moodle brake release` lets it go on.',
      );
    case 'waiting':
      return stop(about, reasonOf(last), adviceOf(last));
    case 'failed':
      return stop(about, `${reasonOf(last)}${nextAttempt(mapping)}`, adviceOf(last));
    case 'permanently_failed':
      return stop(
        about,
        `${reasonOf(last)} All ${mapping.attempts} attempts have failed.`,
        `${adviceOf(last)} Then \`oec-moodle failures retry\`.`,
      );
    case 'invalid':
    case 'conflict':
      return stop(about, reasonOf(last), adviceOf(last));
  }
  const pushed = mapping.last_synced_at === undefined ? '' : ` on ${shortTime(mapping.last_synced_at)}`;
  if (state === 'differs') {
    return waits(
      about,
      `It was pushed${pushed} and has changed since: the change waits to be pushed.`,
      queued,
    );
  }
  if (state === 'invalid') return stop(about, reasonOf(failure), adviceOf(failure));
  const id = mapping.moodle_id === undefined ? '' : ` (id ${mapping.moodle_id} in Moodle)`;
  return ok(about, `It was pushed${pushed}${id}.`);
}

function unmapped(about: string, { state, failure }: RecordRow): Step {
  if (state === 'invalid') return stop(about, reasonOf(failure), adviceOf(failure));
  if (state === 'nothing') return ok(about, 'There is nothing to push.');
  return waits(about, 'It has not been pushed yet: it waits, or was missed.', queued);
}

function reasonOf(failure: Failure | undefined): string {
  return failure?.reason ?? 'It is not in Moodle, and nothing says why.';
}

function adviceOf(failure: Failure | undefined): string {
  return failure?.advice ?? queued;
}

function nextAttempt({ attempts, next_attempt_at }: Mapping): string {
  if (next_attempt_at === undefined) return '';
  return ` After ${attempts} of 5 attempts the next one is on ${shortTime(next_attempt_at)}.`;
}
