import type { PullSession } from './pull-service.ts';

/** What becomes of marks: `taken` back in the records too; `kept`: an operator has said so; `held`: the brake is on. */
export type Judged<Loss> = Record<'taken' | 'kept' | 'held', readonly Loss[]>;

/** Asks the brake what becomes of marks that Moodle holds no more. @param isTooMuch whether an operator is to be asked */
export async function judgeLosses<Loss>(
  losses: readonly Loss[],
  isTooMuch: boolean,
  { brake, instance, count }: Pick<PullSession, 'brake' | 'instance' | 'count'>,
): Promise<Judged<Loss>> {
  const judged: Judged<Loss> = { taken: [], kept: [], held: [] };
  if (losses.length === 0) return judged;
  const verdict = await brake.takeBack(instance, 'marks', losses.length, isTooMuch);
  if (verdict === 'held') count('MarksHeld', losses.length);
  return { ...judged, [verdict]: losses };
}

/** So many marks of a course may always be taken back. */
const fewest = 3;

/**
 * Whether so many of a course's marks would be taken back that it looks like a reset or a mistake rather than a teacher's
 * doing: more than a share of them, or all. A share of 1 lets everything go.
 */
export function isTooMuchOfCourse(taken: number, all: number, share: number): boolean {
  if (share >= 1) return false;
  return taken > Math.max(fewest, Math.floor(share * all)) || (taken > 1 && taken === all);
}
