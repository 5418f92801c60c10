import type { RecordRow } from '#shared/moodle/accounts/record-rows.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { type Step, shortTime } from './step.ts';

const queued = 'Wait a minute; if nothing happens, `oec-moodle sync push` pushes what was missed.';

/** How far something is on its way to Moodle, by its mapping. */
export function rowStep(about: string, row: RecordRow): Step {
  const { mapping, state, failure } = row;
  if (!mapping) return unmapped(about, row);
  const last = mapping.failure ?? failure;
  switch (mapping.status) {
    case 'synced':
      break;
    case 'held':
      return {
        about,
        state: 'stop',
        text: 'The brake is on: too much was to be suspended, hidden or unenrolled at once.',
        advice:
          '`oec-moodle brake show` says how much; if it is meant, `oec-moodle brake release` lets it go on.',
      };
    case 'waiting':
      return { about, state: 'stop', text: reasonOf(last), advice: adviceOf(last) };
    case 'failed':
      return {
        about,
        state: 'stop',
        text: `${reasonOf(last)}${nextAttempt(mapping)}`,
        advice: adviceOf(last),
      };
    case 'permanently_failed':
      return {
        about,
        state: 'stop',
        text: `${reasonOf(last)} All ${mapping.attempts} attempts have failed.`,
        advice: `${adviceOf(last)} Then \`oec-moodle failures retry\`.`,
      };
    case 'invalid':
    case 'conflict':
      return { about, state: 'stop', text: reasonOf(last), advice: adviceOf(last) };
  }
  const pushed = mapping.last_synced_at === undefined ? '' : ` on ${shortTime(mapping.last_synced_at)}`;
  if (state === 'differs') {
    return {
      about,
      state: 'waits',
      text: `It was pushed${pushed} and has changed since: the change waits to be pushed.`,
      advice: queued,
    };
  }
  if (state === 'invalid')
    return { about, state: 'stop', text: reasonOf(failure), advice: adviceOf(failure) };
  const id = mapping.moodle_id === undefined ? '' : ` (id ${mapping.moodle_id} in Moodle)`;
  return { about, state: 'ok', text: `It was pushed${pushed}${id}.` };
}

function unmapped(about: string, { state, failure }: RecordRow): Step {
  if (state === 'invalid')
    return { about, state: 'stop', text: reasonOf(failure), advice: adviceOf(failure) };
  if (state === 'nothing') return { about, state: 'ok', text: 'There is nothing to push.' };
  return {
    about,
    state: 'waits',
    text: 'It has not been pushed yet: it waits, or was missed.',
    advice: queued,
  };
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
