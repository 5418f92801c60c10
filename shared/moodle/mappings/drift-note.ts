/**
 * How Moodle can hold something otherwise than the link has left it:
 * - missing: the category, course, group or account was deleted.
 * - changed: a field was written by somebody else.
 * - unenrolled, not_in_group: a person was taken out of a course, or of a group.
 * - suspended, resumed: an enrolment was suspended, or made active again after its end.
 * - role: a person has another role in a course.
 * - twins: Moodle has more than one with the ID number; the mapping leads to one of them.
 */
export const driftKinds = [
  'missing',
  'changed',
  'unenrolled',
  'not_in_group',
  'suspended',
  'resumed',
  'role',
  'twins',
] as const;
export type DriftKind = (typeof driftKinds)[number];

/**
 * What is done about it:
 * - push: it is pushed again.
 * - keep: the instance leaves such changes to the people in Moodle.
 * - hold: unusually much is missing, so an operator has to say that it is to be pushed again.
 * - conflict: only a person can settle it, in Moodle.
 */
export type DriftAction = 'push' | 'keep' | 'hold' | 'conflict';

export type DriftValue = string | number | boolean | null;

/** What the daily comparison has found of one mapping. */
export interface DriftNote {
  kind: DriftKind;
  /** The field (`course.visible`), or the idnumber of the course or group. */
  about?: string;
  action: DriftAction;
  /** Both sides, but for what is personal. */
  in_erp?: DriftValue;
  in_moodle?: DriftValue;
  /** ISO 8601 in UTC. */
  found_at: string;
}

/** The notes that stay when a mapping was pushed: what people have decided, and what waits for an operator. */
export function notesAfterPush(notes: readonly DriftNote[] | undefined): DriftNote[] | undefined {
  const left = notes?.filter(({ action }) => action !== 'push') ?? [];
  return left.length > 0 ? left : undefined;
}
