import { randomUUID } from 'node:crypto';
import type { DirectServices } from '../protocol/direct-calls.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { ExecutionEnvironment, InvocationIds, InvocationResult } from './execution-environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { type Lineage, mostRounds, traceHeaderOf, withInvocation } from './lineage.ts';
import { ModuleEnvironment } from './module-environment.ts';
import { ProcessEnvironment } from './process-environment.ts';

export type { InvocationResult } from './execution-environment.ts';

/** Is told what Lambda publishes as metrics. */
export interface FunctionListener {
  /** An invocation has ended. */
  invoked(functionName: string, ok: boolean): void;
  /** An event was dropped since it has come through the function too often. */
  dropped(functionName: string): void;
}

/** Lines kept per function. */
const keptLines = 5000;

/** A function and its execution environments: started when needed, kept warm, never more than its concurrency. */
export class FunctionRuntime {
  readonly definition: FunctionDefinition;
  readonly #clock: VirtualClock;
  readonly #log: (line: string) => void;
  readonly #told: FunctionListener;
  readonly #services: DirectServices;
  readonly #environments = new Set<ExecutionEnvironment>();
  #asynchronous = { retries: 2, maximumAge: 6 * 60 * 60_000 };
  #waiting: (() => void)[] = [];
  #lines: string[] = [];
  #isStopped = false;

  /**
   * @param log told every line of output, with the function's name in front
   * @param told of what Lambda publishes as metrics
   * @param services what functions that run in this process call without a connection
   */
  constructor(
    definition: FunctionDefinition,
    clock: VirtualClock,
    log: (line: string) => void,
    told: FunctionListener,
    services: DirectServices,
  ) {
    this.definition = definition;
    this.#clock = clock;
    this.#log = log;
    this.#told = told;
    this.#services = services;
    clock.onAdvance((offset) => {
      for (const environment of this.#environments) environment.tellOffset(offset);
    });
  }

  get name(): string {
    return this.definition.name;
  }

  get arn(): string {
    return this.definition.arn;
  }

  /** How often an asynchronous event is tried again, and how old it may be then, in milliseconds. */
  get asynchronous(): { readonly retries: number; readonly maximumAge: number } {
    return this.#asynchronous;
  }

  /** Sets that. @param maximumAge in milliseconds */
  configureAsynchronous(retries: number, maximumAge: number): void {
    this.#asynchronous = { retries, maximumAge };
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
    const { lineage, rounds } = withInvocation(before, this.arn);
    if (rounds > mostRounds && !this.definition.mayLoop) {
      this.#told.dropped(this.name);
      const errorMessage = 'The function is part of a recursive loop.';
      // AWS tells the owner of the account, by mail.
      this.#log(`[${this.name}] ERROR RecursiveInvocationException: ${errorMessage}`);
      return { ok: false, errorType: 'RecursiveInvocationException', errorMessage, stack: [] };
    }
    const requestId = randomUUID();
    const result = await this.#run(event, { requestId, trace: traceHeaderOf(lineage) });
    // Output that was written before the answer is read in the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    this.#waiting.shift()?.();
    if (!this.#isStopped) this.#told.invoked(this.name, result.ok);
    if (!result.ok && !this.#isStopped) {
      this.#write(`ERROR ${requestId} ${result.errorType}: ${result.errorMessage}`);
      for (const line of result.stack.slice(1)) this.#write(line);
    }
    return result;
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

  async #run(event: unknown, ids: InvocationIds): Promise<InvocationResult> {
    while (!this.#isStopped) {
      let environment: ExecutionEnvironment | undefined;
      try {
        environment = this.#take();
      } catch (error) {
        return { ok: false, errorType: 'Runtime.ImportModuleError', errorMessage: String(error), stack: [] };
      }
      // Nothing may be awaited between taking an environment and using it: another event could take it too.
      if (environment)
        return environment.invoke(event, ids, this.#clock.offset, this.definition.timeoutSeconds * 1000);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return { ok: false, errorType: 'EmbeddedCloud.Stopped', errorMessage: 'stopped', stack: [] };
  }

  #take(): ExecutionEnvironment | undefined {
    for (const environment of this.#environments) if (environment.isFree) return environment;
    return this.#environments.size < this.definition.concurrency ? this.#start() : undefined;
  }

  #start(): ExecutionEnvironment {
    const { handlerSource } = this.definition;
    const Environment = handlerSource ? ModuleEnvironment : ProcessEnvironment;
    const environment: ExecutionEnvironment = new Environment({
      handlerFile: handlerSource ?? this.definition.handlerFile(),
      handlerName: this.definition.handlerName,
      variables: this.definition.variables,
      log: (line) => this.#write(line),
      services: this.#services,
      clock: this.#clock,
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
    this.#log(`[${this.name}] ${line}`);
  }
}
