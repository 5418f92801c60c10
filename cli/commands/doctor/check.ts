import { knownError } from '#cli/connection/known-error.ts';
import type { Finding } from '#shared/moodle/health/health.ts';

/** What a check found: all is well; a person should look; something does not work; or it cannot be told from here. */
export type Level = 'ok' | 'warning' | 'failed' | 'unknown';

/** One line of what the doctor says; the shape of `doctor --json`. Holds no token and no e-mail address. */
export interface Check {
  /** `AWS`, `ERP`, or `instance {id}`. */
  subject: string;
  level: Level;
  /** What was found, as a sentence. */
  message: string;
  /** What to do about it, as a sentence. */
  advice?: string | undefined;
}

/** What a check says, before it is known of what. */
export type Said = Omit<Check, 'subject'>;

export const ok = (message: string): Said => ({ level: 'ok', message });
export const warning = (message: string, advice: string): Said => ({ level: 'warning', message, advice });
export const failed = (message: string, advice: string): Said => ({ level: 'failed', message, advice });
export const unknown = (message: string, advice?: string): Said => ({ level: 'unknown', message, advice });

/** Findings but for notes. @param fine what to say where there is none */
export function saidOf(findings: readonly Finding[], fine: string): Said[] {
  const troubles = findings.flatMap(({ severity: level, message, advice }) =>
    level === 'note' ? [] : [{ level, message, advice }],
  );
  return troubles.length === 0 ? [ok(fine)] : troubles;
}

/**
 * Checks by what each looks at, to be put after "could not be checked": `The table MoodleMappings`. One that fails in
 * itself is a finding and stops no other.
 */
export type Checks = Record<string, () => Said | Said[] | Promise<Said | Said[]>>;

/** Runs checks, one after another. */
export async function run(checks: Checks): Promise<Said[]> {
  const said: Said[] = [];
  for (const [what, check] of Object.entries(checks)) {
    try {
      said.push(...[await check()].flat());
    } catch (error) {
      said.push(brokenOff(what, error));
    }
  }
  return said;
}

/** Says that a check could not be made. */
export function brokenOff(what: string, error: unknown): Said {
  const known = knownError(error);
  if (known) return failed(`${what} could not be checked. ${known.message}`, known.advice);
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return failed(
    `${what} could not be checked: ${reason}`,
    'If the reason is not clear, report it as a defect.',
  );
}
