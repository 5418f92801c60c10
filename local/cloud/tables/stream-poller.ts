import type { DynamoDBRecord } from 'aws-lambda';
import type { Activity } from '../activity.ts';
import type { InvocationResult } from '../functions/execution-environment.ts';
import type { FunctionRuntime } from '../functions/function-runtime.ts';
import type { VirtualClock } from '../virtual-clock.ts';

export interface StreamMapping {
  readonly runtime: FunctionRuntime;
  readonly accepts: (record: DynamoDBRecord) => boolean;
  readonly batchSize: number;
  /** real milliseconds at the most; 0 = deliver at once */
  readonly windowMilliseconds: number;
  /** whether more records may be on their way */
  readonly isServing: () => boolean;
  readonly bisects: boolean;
  /** -1 = until the record is too old */
  readonly maximumRetries: number;
  /** seconds; -1 = 24 hours, as long as a stream keeps its records */
  readonly maximumRecordAge: number;
  readonly reportsFailures: boolean;
  /** sends the metadata of a given-up batch to the on-failure queue */
  readonly giveUp: ((metadata: Record<string, unknown>) => void) | undefined;
}

/** Real milliseconds without a new record that end a batching window: long enough for a writer to come again. */
const quietMilliseconds = 15;
const streamRetentionSeconds = 24 * 60 * 60;
const longestBackoffMilliseconds = 60_000;

/** One shard of a DynamoDB stream read by one function: in order, one batch at a time. */
export class StreamPoller {
  readonly #mapping: StreamMapping;
  readonly #clock: VirtualClock;
  readonly #activity: Activity;
  #records: DynamoDBRecord[] = [];
  #arrived: () => void = () => {};
  #end: () => void = () => {};
  #running = false;
  #stopped = false;

  constructor(mapping: StreamMapping, clock: VirtualClock, activity: Activity) {
    this.#mapping = mapping;
    this.#clock = clock;
    this.#activity = activity;
  }

  /** Takes a record of the stream; those the filter refuses are never seen by the function. */
  push(record: DynamoDBRecord): void {
    if (this.#stopped || !this.#mapping.accepts(record)) return;
    this.#records.push(record);
    this.#arrived();
    if (!this.#running) void this.#run();
  }

  /** Delivers nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#records = [];
    this.#arrived();
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#end = this.#activity.begin();
    while (this.#records.length > 0) {
      if (this.#mapping.windowMilliseconds > 0) await this.#fill();
      await this.#deliver(this.#records.splice(0, this.#mapping.batchSize), 0);
    }
    this.#running = false;
    this.#end();
  }

  /** Waits until the batch is full or nobody has written for a moment; the real window would only cost time. */
  async #fill(): Promise<void> {
    const { batchSize, windowMilliseconds, isServing } = this.#mapping;
    const end = performance.now() + windowMilliseconds;
    while (!this.#stopped && this.#records.length < batchSize && performance.now() < end) {
      const more = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), quietMilliseconds);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      this.#arrived = () => {};
      if (!more && !isServing()) return;
    }
  }

  /** @param attempts how often this batch has failed; halving it does not count, as on AWS */
  async #deliver(batch: DynamoDBRecord[], attempts: number): Promise<void> {
    if (batch.length === 0 || this.#stopped) return;
    const result = await this.#mapping.runtime.invoke({ Records: batch });
    const failedFrom = this.#firstFailure(batch, result);
    if (failedFrom === undefined || this.#stopped) return;
    if (failedFrom > 0) return this.#deliver(batch.slice(failedFrom), 0);
    if (this.#mapping.bisects && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.#deliver(batch.slice(0, middle), attempts);
      return this.#deliver(batch.slice(middle), attempts);
    }
    const { maximumRetries } = this.#mapping;
    if ((maximumRetries >= 0 && attempts >= maximumRetries) || this.#isTooOld(batch))
      return this.#giveUp(batch, attempts + 1, maximumRetries >= 0 && attempts >= maximumRetries);
    // Without a limit the batch blocks its shard for up to a day, which only the virtual clock can wait for.
    if (maximumRetries < 0) await this.#backoff(attempts);
    return this.#deliver(batch, attempts + 1);
  }

  /** @returns index of the first record to deliver again, undefined when all went well */
  #firstFailure(batch: DynamoDBRecord[], result: InvocationResult): number | undefined {
    if (!result.ok) return 0;
    if (!this.#mapping.reportsFailures) return undefined;
    const failures = (result.payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null)
      ?.batchItemFailures;
    if (!failures || failures.length === 0) return undefined;
    // An identifier that names no record fails the whole batch (Lambda Developer Guide).
    const positions = failures.map(({ itemIdentifier }) =>
      batch.findIndex((record) => record.dynamodb?.SequenceNumber === itemIdentifier),
    );
    return Math.max(0, Math.min(...positions));
  }

  #isTooOld(batch: DynamoDBRecord[]): boolean {
    const { maximumRecordAge } = this.#mapping;
    const limit = maximumRecordAge > 0 ? maximumRecordAge : streamRetentionSeconds;
    const created = batch[0]?.dynamodb?.ApproximateCreationDateTime ?? 0;
    return this.#clock.now() / 1000 - created > limit;
  }

  /** A wait for the virtual clock is not activity: `idle()` must not wait for what only `advance` can bring. */
  #backoff(attempts: number): Promise<void> {
    const wait = Math.min(1000 * 2 ** attempts, longestBackoffMilliseconds);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#clock.schedule(this.#clock.now() + wait, `stream retry ${this.#mapping.runtime.name}`, () => {
      this.#end = this.#activity.begin();
      resolve();
    });
    this.#end();
    return promise;
  }

  #giveUp(batch: DynamoDBRecord[], invokeCount: number, exhausted: boolean): void {
    const first = batch[0];
    const last = batch.at(-1);
    this.#mapping.giveUp?.({
      requestContext: {
        functionArn: this.#mapping.runtime.arn,
        condition: exhausted ? 'RetryAttemptsExhausted' : 'RecordAgeExceeded',
        approximateInvokeCount: invokeCount,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date(this.#clock.now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId: 'shardId-00000000000000000000-00000000',
        startSequenceNumber: first?.dynamodb?.SequenceNumber,
        endSequenceNumber: last?.dynamodb?.SequenceNumber,
        approximateArrivalOfFirstRecord: new Date(
          (first?.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000,
        ).toISOString(),
        approximateArrivalOfLastRecord: new Date(
          (last?.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000,
        ).toISOString(),
        batchSize: batch.length,
        streamArn: first?.eventSourceARN,
      },
    });
  }
}
