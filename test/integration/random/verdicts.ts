import type { Mapping } from '#shared/moodle/mappings/mapping.ts';

/** Collects what is wrong: Moodle against the records, and the mappings against both. */
export class Verdicts {
  readonly problems: string[] = [];
  readonly #mappings: ReadonlyMap<string, Mapping>;

  constructor(mappings: ReadonlyMap<string, Mapping>) {
    this.#mappings = mappings;
  }

  report(problem: string): void {
    this.problems.push(problem);
  }

  /**
   * One entity, compared with the records.
   *
   * @param mismatch what is not as it should be
   * @param isExcused true where it cannot be as it should: then the mapping has to say so
   * @param isPartial true where the excuse does not cover the mismatch
   */
  entity(idnumber: string, mismatch: string | undefined, isExcused: boolean, isPartial = false): void {
    const mapping = this.#mappings.get(idnumber);
    const isReported = mapping !== undefined && mapping.status !== 'synced' && mapping.failure !== undefined;
    const books = describe(mapping);
    if (mismatch && (!isExcused || isPartial)) this.report(`${idnumber} ${mismatch} (${books})`);
    else if (mismatch && !isReported)
      this.report(`${idnumber} ${mismatch}, excused, but not reported (${books})`);
    else if (!mismatch && !isExcused && mapping?.status !== 'synced')
      this.report(`${idnumber} is as it should be, but (${books})`);
    else if (isExcused && isPartial && !isReported)
      this.report(`${idnumber} lacks something, but (${books})`);
  }

  /** A record that is rejected has to be reported. */
  isReported(idnumber: string): void {
    const mapping = this.#mappings.get(idnumber);
    if (!mapping?.failure || mapping.status === 'synced')
      this.report(`${idnumber} is invalid and not reported (${describe(mapping)})`);
  }
}

function describe(mapping: Mapping | undefined): string {
  if (!mapping) return 'no mapping';
  const { status, attempts, failure, next_attempt_at: next } = mapping;
  return [status, attempts, failure?.class, failure?.code, failure?.reason, next].filter(Boolean).join(', ');
}
