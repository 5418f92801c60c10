/** What a client has spent on its Moodle so far. */
export class CallStatistics {
  calls = 0;
  /** Calls of functions that may change something. */
  writes = 0;
  milliseconds = 0;
  readonly byFunction: Record<string, { calls: number; milliseconds: number }> = {};

  count(moodleFunction: string, milliseconds: number): void {
    this.calls += 1;
    if (isWriting(moodleFunction)) this.writes += 1;
    this.milliseconds += milliseconds;
    this.byFunction[moodleFunction] ??= { calls: 0, milliseconds: 0 };
    const own = this.byFunction[moodleFunction];
    own.calls += 1;
    own.milliseconds += milliseconds;
  }
}

/** Whether a function may change something in Moodle: the names of all those that only read hold `_get_`. */
export function isWriting(moodleFunction: string): boolean {
  return !moodleFunction.includes('_get_');
}
