/** About how many intervals an axis has. */
const intervals = 4;

/** Round numbers from 0 to at least `most`, for an axis of whole things: `0, 20, 40, 60`. */
export function ticksUpTo(most: number): number[] {
  const rough = Math.max(1, most) / intervals;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power);
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/**
 * Shares a length out among values. What is there is at least `least` long, so that three failures among thousands are
 * seen; the longest part gives what that takes.
 */
export function lengthsOf(values: readonly number[], length: number, whole: number, least = 2): number[] {
  const exact = values.map((value) => (whole === 0 ? 0 : (value / whole) * length));
  const lengths = exact.map((each, index) => (values[index]! > 0 ? Math.max(each, least) : 0));
  const surplus = sum(lengths) - sum(exact);
  const longest = lengths.indexOf(Math.max(...lengths));
  if (longest >= 0) lengths[longest] = Math.max(lengths[longest]! - surplus, 0);
  return lengths.map((each) => Math.round(each * 100) / 100);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
