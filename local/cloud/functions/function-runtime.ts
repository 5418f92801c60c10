import { randomUUID } from 'node:crypto';
import type { Activity } from '../activity.ts';
import type { DirectServices } from '../protocol/direct-calls.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { ExecutionEnvironment, InvocationResult } from './execution-environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { type Lineage, mostRounds, traceHeaderOf, withInvocation } from './lineage.ts';
import { ModuleEnvironment } from './module-environment.ts';
import { ProcessEnvironment } from './process-environment.ts';

/** What is around the functions. */
export interface FunctionHost extends DirectServices {
  readonly clock: VirtualClock;
  readonly activity: Activity;
  /** told every line of output, with the function's name in front */
  readonly log: (line: string) => void;
  /** told what Lambda publishes as metrics */
  readonly metrics: {
    /** An invocation has ended. */
    invoked(functionName: string, ok: boolean): void;
    /** An event was dropped since it has come through the function too often. */
    dropped(functionName: string): void;
  };
}

/** Lines kept per function. */
const keptLines = 5000;

/** Lambda tries an asynchronous event again after one and then two minutes (Developer Guide, "Asynchronous invocation"). */
const asynchronousRetryDelays = [60_000, 120_000];

const failed = (errorType: string, errorMessage: string): InvocationResult => ({
  ok: false,
  errorType,
  errorMessage,
  stack: [],
});

/** A function and its execution environments: started when needed, kept warm, never more than its concurrency. */
export class FunctionRuntime {
  readonly definition: FunctionDefinition;
  readonly #host: FunctionHost;
  readonly #environments = new Set<ExecutionEnvironment>();
  #waiting: (() => void)[] = [];
  #lines: string[] = [];
  #isStopped = false;

  constructor(definition: FunctionDefinition, host: FunctionHost) {
    this.definition = definition;
    this.#host = host;
  }

  get name(): string {
    return this.definition.name;
  }

  get arn(): string {
    return this.definition.arn;
  }

  /** The last lines of output, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /**
   * Runs the function once, waiting for a free environment; never rejects, a failure is in the result and the log.
   *
   * @param before what the event has come through; an event that has come through this function too often is dropped,
   *   of which Lambda writes nothing into its log
   */
  async invoke(event: unknown, before: Lineage = new Map()): Promise<InvocationResult> {
    const { log, metrics } = this.#host;
    const { lineage, rounds } = withInvocation(before, this.arn);
    if (rounds > mostRounds && !this.definition.mayLoop) {
      metrics.dropped(this.name);
      const message = 'The function is part of a recursive loop.';
      // AWS tells the owner of the account, by mail.
      log(`[${this.name}] ERROR RecursiveInvocationException: ${message}`);
      return failed('RecursiveInvocationException', message);
    }
    const requestId = randomUUID();
    const result = await this.#run(event, requestId, traceHeaderOf(lineage));
    // Output that was written before the answer is read in the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    this.#waiting.shift()?.();
    if (this.#isStopped) return result;
    metrics.invoked(this.name, result.ok);
    if (!result.ok) {
      this.#write(`ERROR ${requestId} ${result.errorType}: ${result.errorMessage}`);
      for (const line of result.stack.slice(1)) this.#write(line);
    }
    return result;
  }

  /** Invokes the function asynchronously: an event that fails is tried again later. */
  start(event: unknown): void {
    this.#try(event, this.#host.clock.now(), 0);
  }

  /** Kills one environment, a running one if there is any. @returns whether there was one */
  async kill(): Promise<boolean> {
    const environments = [...this.#environments];
    const victim = environments.find(({ isBusy }) => isBusy) ?? environments[0];
    await victim?.kill();
    return victim !== undefined;
  }

  /** Ends all environments. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
    await Promise.all([...this.#environments].map((environment) => environment.kill()));
  }

  #try(event: unknown, sentAt: number, attempt: number): void {
    const { activity, clock } = this.#host;
    const { retries, maximumAge } = this.definition.asynchronous;
    void activity.track(async () => {
      const { ok } = await this.invoke(event);
      const delay = asynchronousRetryDelays[attempt];
      if (ok || delay === undefined || attempt >= retries) return;
      const at = clock.now() + delay;
      if (at - sentAt > maximumAge) return;
      clock.schedule(at, `asynchronous retry ${this.name}`, () => this.#try(event, sentAt, attempt + 1));
    });
  }

  async #run(event: unknown, requestId: string, trace: string): Promise<InvocationResult> {
    const timeout = this.definition.timeoutSeconds * 1000;
    while (!this.#isStopped) {
      let environment: ExecutionEnvironment | undefined;
      try {
        environment = this.#take();
      } catch (error) {
        return failed('Runtime.ImportModuleError', String(error));
      }
      // Nothing may be awaited between taking an environment and using it: another event could take it too.
      if (environment) return environment.invoke({ event, requestId, trace, timeout });
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return failed('EmbeddedCloud.Stopped', 'stopped');
  }

  #take(): ExecutionEnvironment | undefined {
    for (const environment of this.#environments) if (environment.isFree) return environment;
    return this.#environments.size < this.definition.concurrency ? this.#start() : undefined;
  }

  #start(): ExecutionEnvironment {
    const { handlerSource, handlerFile, handlerName, variables } = this.definition;
    const Environment = handlerSource ? ModuleEnvironment : ProcessEnvironment;
    const environment: ExecutionEnvironment = new Environment({
      handlerFile: handlerSource ?? handlerFile(),
      handlerName,
      variables,
      log: (line) => this.#write(line),
      services: this.#host,
      clock: this.#host.clock,
      onExit: () => {
        this.#environments.delete(environment);
        this.#waiting.shift()?.();
      },
    });
    this.#environments.add(environment);
    return environment;
  }

  #write(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines = this.#lines.slice(-keptLines / 2);
    this.#host.log(`[${this.name}] ${line}`);
  }
}
