/** Whether a function may change something in Moodle: the names of all those that only read hold `_get_`. */
export function isWriting(moodleFunction: string): boolean {
  return !moodleFunction.includes('_get_');
}
