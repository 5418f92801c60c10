/**
 * One state in the chain from a person's record to a course in Moodle:
 * - ok: as it should be.
 * - stop: stands in the way until a person does something, or the link's next attempt succeeds.
 * - waits: nothing is wrong, the link has not come to it yet.
 * - holds: keeps everything that waits from going on; what is done already it does not touch.
 * - unknown: could not be found out.
 */
export type StepState = 'ok' | 'stop' | 'waits' | 'holds' | 'unknown';

export interface Step {
  /** What it is about, in a word or two: `record`, `account`, `course oec_subj_15_course_7`. */
  about: string;
  state: StepState;
  /** As sentences; no e-mail address, no person's name. */
  text: string;
  /** What to do about it, as a sentence. */
  advice?: string;
  /** Of something that is, or is to be, in Moodle: the idnumber of its mapping. */
  idnumber?: string;
}

const inState =
  (state: StepState) =>
  (about: string, text: string, advice?: string): Step => ({
    ...{ about, state, text },
    ...(advice !== undefined && { advice }),
  });

export const ok = inState('ok');
export const stop = inState('stop');
export const waits = inState('waits');
export const holds = inState('holds');
export const unknown = inState('unknown');

/** The first thing that stands in the way; what only waits does so because of what holds it, if anything does. */
export function firstObstacle(steps: readonly Step[]): Step | undefined {
  const obstacle = steps.find(({ state }) => state === 'stop' || state === 'waits');
  if (obstacle?.state !== 'waits') return obstacle;
  return steps.find(({ state }) => state === 'holds') ?? obstacle;
}

/** `2026-09-01 08:00 UTC`. @param iso a time in UTC */
export function shortTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
