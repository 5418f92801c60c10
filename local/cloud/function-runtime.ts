import { randomUUID } from 'node:crypto';
import type { DirectServices } from './direct-calls.ts';
import type { ExecutionEnvironment, InvocationResult } from './execution-environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { ModuleEnvironment } from './module-environment.ts';
import { ProcessEnvironment } from './process-environment.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type { InvocationResult } from './execution-environment.ts';

/** Lines kept per function. */
const keptLines = 5000;

/** A function and its execution environments: started when needed, kept warm, never more than its concurrency. */
export class FunctionRuntime {
  readonly definition: FunctionDefinition;
  readonly #clock: VirtualClock;
  readonly #log: (line: string) => void;
  readonly #onInvoked: (functionName: string, ok: boolean) => void;
  readonly #services: DirectServices;
  readonly #environments = new Set<ExecutionEnvironment>();
  #waiting: (() => void)[] = [];
  #lines: string[] = [];
  #isStopped = false;

  /**
   * @param log told every line of output, with the function's name in front
   * @param onInvoked told of every invocation that has ended, and whether it ended well
   * @param services what functions that run in this process call without a connection
   */
  constructor(
    definition: FunctionDefinition,
    clock: VirtualClock,
    log: (line: string) => void,
    onInvoked: (functionName: string, ok: boolean) => void,
    services: DirectServices,
  ) {
    this.definition = definition;
    this.#clock = clock;
    this.#log = log;
    this.#onInvoked = onInvoked;
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

  /** The last lines of output, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Runs the function once, waiting for a free environment; never rejects, a failure is in the result and the log. */
  async invoke(event: unknown): Promise<InvocationResult> {
    const requestId = randomUUID();
    const result = await this.#run(event, requestId);
    // Output that was written before the answer is read in the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    this.#waiting.shift()?.();
    if (!this.#isStopped) this.#onInvoked(this.name, result.ok);
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

  async #run(event: unknown, requestId: string): Promise<InvocationResult> {
    while (!this.#isStopped) {
      let environment: ExecutionEnvironment | undefined;
      try {
        environment = this.#take();
      } catch (error) {
        return { ok: false, errorType: 'Runtime.ImportModuleError', errorMessage: String(error), stack: [] };
      }
      // Nothing may be awaited between taking an environment and using it: another event could take it too.
      if (environment)
        return environment.invoke(
          event,
          requestId,
          this.#clock.offset,
          this.definition.timeoutSeconds * 1000,
        );
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
