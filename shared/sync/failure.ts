/**
 * What a failure means for the record:
 * - invalid: the record cannot be pushed as it is; no call is made, it is tried again when it changes.
 * - conflict: two sides claim one thing; a person has to decide, it is tried again when either side changes.
 * - refused, dependency, unreachable: tried again through the retry tiers.
 * - misconfigured: the instance is at fault; no record loses an attempt over it.
 */
export type FailureClass =
  | 'invalid'
  | 'conflict'
  | 'refused'
  | 'dependency'
  | 'unreachable'
  | 'misconfigured';

/** Why a record is not in Moodle, for the mapping, the logs and the operator. Holds no personal data. */
export interface Failure {
  class: FailureClass;
  /** Moodle's errorcode or a short word of ours. */
  code: string;
  /** What happened, as a sentence. */
  reason: string;
  /** What to do about it, as a sentence. */
  advice: string;
  /** The record's field at fault, where it is known. */
  field?: string;
  /**
   * Idnumbers of entities that fail themselves: this one waits for them, and is released when they arrive. In a
   * conflict: who has what this one claims; it is tried again when they have changed.
   */
  waits_for?: string[];
  /** In a conflict: the revisions of their mappings when it was found, as far as they are known. */
  owners?: Record<string, number>;
}

/** Whether a failure tells of the instance and nothing of the record: it is over when the instance is back. */
export function isFailureOfInstance(failure: Failure | undefined): boolean {
  return failure?.class === 'unreachable' || failure?.class === 'misconfigured';
}

/** The failure of a record that refers to something which is not there. */
export function missingDependency(reason: string, field?: string): Failure {
  return {
    class: 'dependency',
    code: 'missing',
    field,
    reason,
    advice: 'Add or correct what it refers to; it is tried again by itself.',
  };
}

/**
 * The failure of a record that claims what belongs to another one.
 *
 * @param owner idnumber of the entity that has it, if it is one of ours
 */
export function conflict(code: string, reason: string, advice: string, owner?: string): Failure {
  const isOurs = owner?.startsWith('oec_') === true;
  return { class: 'conflict', code, reason, advice, ...(isOurs && { waits_for: [owner] }) };
}
