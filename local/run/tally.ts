import * as z from 'zod';
import { type ServiceName, serviceNames } from '#shared/models/services.ts';
import { isWriting } from '#shared/moodle/client/caller.ts';

const results = ['created', 'adopted', 'updated', 'skipped', 'failed', 'held'] as const;
type Counts = Record<(typeof results)[number], number>;

const queuedLine = z.object({ message: z.literal('Changes queued'), units: z.number() });
const unitLine = z.object({
  message: z.literal('Unit worked off'),
  outcomes: z.partialRecord(z.enum(serviceNames), z.partialRecord(z.enum(results), z.number())),
});
const callLine = z.object({
  message: z.literal('Moodle called'),
  function: z.string(),
  ok: z.boolean(),
});

/**
 * Counts what the functions do from the log lines that they print, so that the same figures come out for a
 * simulated and a real Moodle. Needs the log level DEBUG: calls are logged there.
 */
export class Tally {
  units = { queued: 0, done: 0 };
  outcomes = new Map<ServiceName, Counts>();
  /** Calls by function of Moodle. */
  calls = new Map<string, number>();
  readonly errors: string[] = [];

  /** Takes one line as the embedded cloud gives it: `[Function] {json}`. */
  readonly read = (line: string): void => {
    if (/"level":"(ERROR|CRITICAL)"/.test(line) || /^\[[^\]]*\] ERROR /.test(line)) this.errors.push(line);
    const entry = parse(line);
    const queued = queuedLine.safeParse(entry).data;
    if (queued) this.units.queued += queued.units;
    const call = callLine.safeParse(entry).data;
    if (call) this.calls.set(call.function, (this.calls.get(call.function) ?? 0) + 1);
    const unit = unitLine.safeParse(entry).data;
    if (!unit) return;
    this.units.done++;
    for (const service of serviceNames) {
      const counts = this.outcomes.get(service) ?? ({} as Counts);
      for (const result of results)
        counts[result] = (counts[result] ?? 0) + (unit.outcomes[service]?.[result] ?? 0);
      this.outcomes.set(service, counts);
    }
  };

  /** Calls so far, and how many of them could change something in Moodle. */
  callCounts(): { all: number; writing: number } {
    let all = 0;
    let writing = 0;
    for (const [name, count] of this.calls) {
      all += count;
      if (isWriting(name)) writing += count;
    }
    return { all, writing };
  }

  /** The calls made since an earlier moment, by function. @param before a copy of `calls` taken then */
  callsSince(before: ReadonlyMap<string, number>): Map<string, number> {
    return new Map(
      [...this.calls]
        .map(([name, count]): [string, number] => [name, count - (before.get(name) ?? 0)])
        .filter(([, count]) => count > 0),
    );
  }
}

function parse(line: string): unknown {
  const start = line.indexOf('{');
  if (start < 0) return undefined;
  try {
    return JSON.parse(line.slice(start));
  } catch {
    return undefined;
  }
}
