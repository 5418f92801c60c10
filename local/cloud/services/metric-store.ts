/** What names a metric: a namespace, a name and all its dimensions, in any order. */
export interface MetricKey {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is known of the values of a time. */
export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

const minute = 60_000;
/** As long as CloudWatch keeps values by the minute, in milliseconds. */
const kept = 15 * 24 * 60 * minute;

/** The values of all metrics, by the minute. */
export class MetricStore {
  readonly #metrics = new Map<string, Map<number, Statistics>>();

  /** @param at milliseconds since 1970 */
  add(key: MetricKey, values: readonly number[], at: number): void {
    const text = textOf(key);
    const minutes = this.#metrics.get(text) ?? new Map<number, Statistics>();
    this.#metrics.set(text, minutes);
    const start = at - (at % minute);
    const added = merged([minutes.get(start), ...values.map(single)]);
    if (added) minutes.set(start, added);
    for (const old of minutes.keys()) {
      if (old > start - kept) break;
      minutes.delete(old);
    }
  }

  /** What was counted from `from` on and before `to`, both in milliseconds since 1970; undefined where nothing was. */
  statistics(key: MetricKey, from: number, to: number): Statistics | undefined {
    const minutes = this.#metrics.get(textOf(key)) ?? new Map<number, Statistics>();
    return merged([...minutes].filter(([start]) => start >= from && start < to).map(([, one]) => one));
  }
}

function textOf({ namespace, name, dimensions }: MetricKey): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}

function single(value: number): Statistics {
  return { count: 1, sum: value, minimum: value, maximum: value };
}

function merged(parts: readonly (Statistics | undefined)[]): Statistics | undefined {
  return parts.reduce((all, one) => {
    if (!all || !one) return all ?? one;
    return {
      count: all.count + one.count,
      sum: all.sum + one.sum,
      minimum: Math.min(all.minimum, one.minimum),
      maximum: Math.max(all.maximum, one.maximum),
    };
  }, undefined);
}
