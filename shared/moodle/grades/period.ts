/** When an exam was, in seconds since 1970. */
export type Period = { start: number; end: number };

/**
 * The time from an activity's opening to its closing, 0 where Moodle has none. What is not set is put where it was
 * first graded, so that the exam never ends before it begins.
 */
export function periodOf({ opens, closes }: { opens: number; closes: number }, graded: number): Period {
  const start = opens || (closes ? Math.min(graded, closes) : graded);
  return { start, end: Math.max(start, closes || graded) };
}
