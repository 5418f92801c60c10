import { createHash } from 'node:crypto';

/**
 * How often each function has been invoked on the way to an event, by a hash of its ARN. Lambda counts that to detect
 * recursive loops: it hands the counts to the function in its trace id, the SDK passes that on as a header, and SQS keeps
 * the header as the attribute AWSTraceHeader (Lambda Developer Guide, "Recursive loop detection"). The guide says that a
 * loop through DynamoDB is not seen; what EventBridge Scheduler sends begins anew.
 */
export type Lineage = ReadonlyMap<string, number>;

/** Invocations of one function that one chain of events may have; the next one is dropped. */
export const mostRounds = 16;

/** The counts in a trace header such as `Root=1-0-0;Lineage=a87bd80c:1|68fd508a:5`; none where it has none. */
export function lineageOf(traceHeader: string | undefined): Lineage {
  const [, counts] = /(?:^|;)Lineage=([^;]*)/.exec(traceHeader ?? '') ?? [];
  const parts = (counts?.split('|') ?? []).map((part) => part.split(':'));
  return new Map(parts.map(([hash = '', count]) => [hash, Number(count)]));
}

/** The lineage of an event that several others were put together to: of each function the highest count. */
export function merged(lineages: readonly Lineage[]): Lineage {
  const counts = new Map<string, number>();
  for (const [hash, count] of lineages.flatMap((one) => [...one])) {
    counts.set(hash, Math.max(count, counts.get(hash) ?? 0));
  }
  return counts;
}

/** The lineage once the function has been invoked with it, and how often it has been by then. */
export function withInvocation(lineage: Lineage, functionArn: string): { lineage: Lineage; rounds: number } {
  const hash = createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
  const rounds = (lineage.get(hash) ?? 0) + 1;
  return { lineage: new Map([...lineage, [hash, rounds]]), rounds };
}

/** What a function finds as `_X_AMZN_TRACE_ID`. */
export function traceHeaderOf(lineage: Lineage): string {
  const counts = [...lineage].map(([hash, count]) => `${hash}:${count}`).join('|');
  return `Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0;Lineage=${counts}`;
}
