import { knownError } from '#cli/connection/known-error.ts';

/**
 * What a check found: all is well; a person should look; something does not work; or it cannot be told from here.
 */
export type Level = 'ok' | 'warning' | 'failed' | 'unknown';

/** One line of what the doctor says; the shape of `doctor --json`. Holds no token and no e-mail address. */
export interface Check {
  /** `AWS`, `ERP`, or `instance {id}`. */
  subject: string;
  level: Level;
  /** What was found, as a sentence. */
  message: string;
  /** What to do about it, as a sentence. */
  advice?: string;
}

/** What a check says, before it is known of what. */
export type Said = Omit<Check, 'subject'>;

export const ok = (message: string): Said => ({ level: 'ok', message });
export const warning = (message: string, advice: string): Said => ({ level: 'warning', message, advice });
export const failed = (message: string, advice: string): Said => ({ level: 'failed', message, advice });
export const unknown = (message: string, advice?: string): Said => ({
  level: 'unknown',
  message,
  ...(advice !== undefined && { advice }),
});

/**
 * Runs a check; one that breaks off is a finding itself and stops no other.
 *
 * @param what is looked at, to be put after "could not be checked": `The table MoodleMappings`
 */
export async function isolated(what: string, check: () => Promise<Said | Said[]>): Promise<Said[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    const known = knownError(error);
    if (known) return [failed(`${what} could not be checked. ${known.message}`, known.advice)];
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return [
      failed(`${what} could not be checked: ${reason}`, 'If the reason is not clear, report it as a defect.'),
    ];
  }
}
