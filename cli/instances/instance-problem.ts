import { MoodleAwayError } from '#shared/operate/plan/dry-run.ts';
import { TokenError } from '#shared/store/secrets/tokens.ts';

/** Why nothing could be found out about an instance, and what to do. */
export interface InstanceProblem {
  reason: string;
  advice: string;
}

/** What keeps an instance's Moodle from being read. @throws the error itself where it is about something else */
export function problemOf(error: unknown): InstanceProblem {
  if (error instanceof MoodleAwayError) {
    const { reason, advice } = error.failure;
    return { reason, advice };
  }
  if (error instanceof TokenError)
    return { reason: error.message, advice: 'Store it with `oec-moodle instance set`.' };
  throw error;
}
