import { isTooMuchOfCourse } from '#shared/moodle/brakes.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';

/** A student's mark in an activity. */
export interface MarkPlace {
  /** The op.student's id. */
  student: string;
  attendanceid: number;
}

/**
 * Decides what becomes of marks that Moodle holds no more. One that the activity has given the student anew since the
 * last pull, in a session that was made again, takes the place of one that is gone: nothing is lost then, and nobody is
 * asked.
 *
 * @param given marks that are new
 * @param all how many marks of the course the records have
 * @returns `taken`: a teacher has taken them back; `kept`: an operator has said that they stay; `held`: the brake is on
 */
export async function judgeLosses<Loss extends MarkPlace>(
  losses: readonly Loss[],
  given: readonly MarkPlace[],
  all: number,
  { brake, instance, count, log }: Pick<PullSession, 'brake' | 'instance' | 'count' | 'log'>,
  course: string,
): Promise<Record<'taken' | 'kept' | 'held', readonly Loss[]>> {
  const { replaced, lost } = withoutReplaced(losses, given);
  const judged = { taken: replaced, kept: [], held: [] };
  if (lost.length === 0) return judged;
  const tooMuch = isTooMuchOfCourse(lost.length, all, instance.brake.share);
  const verdict = await brake.takeBack(instance, 'marks', lost.length, tooMuch);
  if (verdict === 'taken') return { ...judged, taken: losses };
  if (verdict === 'held') {
    count('MarksHeld', lost.length);
    const about = { instance: instance.id, course, asked: lost.length, marks: all };
    log.warn('Attendance that Moodle holds no more is not taken back: the brake is on', about);
  }
  return { ...judged, [verdict]: lost };
}

function withoutReplaced<Loss extends MarkPlace>(
  losses: readonly Loss[],
  given: readonly MarkPlace[],
): { replaced: Loss[]; lost: Loss[] } {
  const keyOf = ({ student, attendanceid }: MarkPlace) => `${attendanceid}/${student}`;
  const places = new Map<string, number>();
  for (const mark of given) places.set(keyOf(mark), (places.get(keyOf(mark)) ?? 0) + 1);
  const parts = { replaced: [] as Loss[], lost: [] as Loss[] };
  for (const loss of losses) {
    const free = places.get(keyOf(loss)) ?? 0;
    places.set(keyOf(loss), free - 1);
    parts[free > 0 ? 'replaced' : 'lost'].push(loss);
  }
  return parts;
}
