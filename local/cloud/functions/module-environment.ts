import { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
import { type DirectServices, installDirectCalls } from '../protocol/direct-calls.ts';
import {
  type EnvironmentOptions,
  type ExecutionEnvironment,
  failureOf,
  type Handler,
  handlerIn,
  type Invocation,
  type InvocationResult,
  lambdaContext,
} from './execution-environment.ts';
import { installVirtualDate } from './virtual-date.ts';

/** What code finds around it while it runs in a process that it takes for its own, wherever it awaits. */
export interface Surroundings {
  /** its environment variables */
  readonly variables: Readonly<Record<string, string>>;
  /** told what it writes */
  readonly write: (text: string, stream: 'stdout' | 'stderr') => void;
  /** what its AWS clients call */
  readonly services: DirectServices;
  /** milliseconds that its time is ahead of the real one, now */
  readonly offset: () => number;
  /** the trace id of what it does now */
  trace: string | undefined;
  /** it was killed: no call of it goes out and no answer comes in */
  isGone: boolean;
}

const surroundings = new AsyncLocalStorage<Surroundings>();
let isInstalled = false;
let loaded = 0;

/** Runs something in surroundings of its own, as if it had a process to itself. */
export function runIn<Result>(around: Surroundings, work: () => Promise<Result>): Promise<Result> {
  installSurroundings();
  return surroundings.run(around, work);
}

/**
 * Runs one function, one event at a time, in this process: its handler's module is evaluated anew for each environment,
 * what that imports is shared. Environment variables, time and output are its own all the same, and once it is killed
 * no call of it goes out and no answer comes in. It may take any real time: how long it lasts is up to the machine.
 */
export class ModuleEnvironment implements ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #surroundings: Surroundings;
  #handler: Promise<Handler> | undefined;
  #end: ((errorType: string, errorMessage: string) => void) | undefined;

  constructor(options: EnvironmentOptions) {
    const { variables, log, services, clock } = options;
    const write = (text: string) => {
      for (const line of text.replace(/\n$/, '').split('\n')) log(line);
    };
    this.#options = options;
    this.#surroundings = {
      variables: { ...variables },
      write,
      services,
      offset: () => clock.offset,
      trace: undefined,
      isGone: false,
    };
  }

  get isBusy(): boolean {
    return this.#end !== undefined;
  }

  get isFree(): boolean {
    return !this.isBusy && !this.#surroundings.isGone;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { promise: ended, resolve } = Promise.withResolvers<InvocationResult>();
    this.#end = (errorType, errorMessage) => resolve({ ok: false, errorType, errorMessage, stack: [] });
    this.#surroundings.trace = invocation.trace;
    try {
      return await Promise.race([ended, runIn(this.#surroundings, () => this.#run(invocation))]);
    } finally {
      this.#end = undefined;
    }
  }

  async kill(): Promise<void> {
    if (this.#surroundings.isGone) return;
    this.#surroundings.isGone = true;
    this.#end?.('Runtime.ExitError', 'Runtime exited with error: SIGKILL');
    this.#options.onExit();
  }

  /** Events and results are copied, as they are on their way to and from Lambda. */
  async #run({ event, requestId, timeout }: Invocation): Promise<InvocationResult> {
    const { variables, clock } = this.#options;
    const deadline = clock.spent + timeout;
    try {
      this.#handler ??= this.#load();
      const handler = await this.#handler;
      const context = lambdaContext(variables, requestId, () => deadline - clock.spent);
      return { ok: true, payload: copy((await handler(copy(event), context)) ?? null) };
    } catch (error) {
      return failureOf(error);
    }
  }

  async #load(): Promise<Handler> {
    loaded += 1;
    const module = await import(`${pathToFileURL(this.#options.handlerFile)}?environment=${loaded}`);
    return handlerIn(module, this.#options);
  }
}

const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Whether whoever is calling has been killed. */
const isGone = () => surroundings.getStore()?.isGone === true;

/** Lets what comes from outside reach only who is still there. */
async function unlessGone<Result>(call: () => Promise<Result>): Promise<Result> {
  const forEver = new Promise<never>(() => {});
  if (isGone()) return forEver;
  try {
    const result = await call();
    return isGone() ? forEver : result;
  } catch (error) {
    if (isGone()) return forEver;
    throw error;
  }
}

/** Gives what runs for an environment its own variables, time, output and calls; the rest of the process keeps its. */
function installSurroundings(): void {
  if (isInstalled) return;
  isInstalled = true;
  installVirtualDate(() => surroundings.getStore()?.offset() ?? 0);
  installDirectCalls({
    services: () => surroundings.getStore()?.services,
    trace: () => surroundings.getStore()?.trace,
    guard: unlessGone,
    outside: (work) => surroundings.exit(work),
  });
  const { fetch } = globalThis;
  globalThis.fetch = (...request) => unlessGone(() => fetch(...request));
  const own = process.env;
  const current = () => surroundings.getStore()?.variables ?? own;
  process.env = new Proxy(own, {
    get: (_, name) => Reflect.get(current(), name),
    set: (_, name, value) => Reflect.set(current(), name, String(value)),
    has: (_, name) => Reflect.has(current(), name),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor: (_, name) => {
      const value = Reflect.get(current(), name);
      return value === undefined
        ? undefined
        : { value, enumerable: true, configurable: true, writable: true };
    },
  });
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = process[name];
    const write = stream.write.bind(stream);
    stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      const around = surroundings.getStore();
      if (!around) return write(chunk, ...rest);
      around.write(String(chunk), name);
      return true;
    }) as typeof stream.write;
  }
}
