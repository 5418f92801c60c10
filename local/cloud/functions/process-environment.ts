import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type {
  EnvironmentOptions,
  ExecutionEnvironment,
  InvocationIds,
  InvocationResult,
} from './execution-environment.ts';

/** What the parent tells the bootstrap. Times in milliseconds. */
export type ParentMessage =
  | { type: 'invoke'; event: unknown; requestId: string; trace: string; offset: number; timeout: number }
  | { type: 'clock'; offset: number };

/** What the bootstrap answers. */
export type ChildMessage =
  | { type: 'begun' }
  | { type: 'result'; payload: unknown }
  | { type: 'error'; errorType: string; errorMessage: string; stack: string[] };

const bootstrap = fileURLToPath(new URL('./bootstrap.ts', import.meta.url));

/** Runs one function in a process of its own, from its bundle. */
export class ProcessEnvironment implements ExecutionEnvironment {
  readonly #child: ChildProcess;
  #settle: ((result: InvocationResult) => void) | undefined;
  #begin: () => void = () => {};
  #exited = false;
  #isDoomed = false;

  constructor(options: EnvironmentOptions) {
    // execArgv and env are given whole: nothing of the test runner's own may leak into a function.
    this.#child = fork(bootstrap, [options.handlerFile, options.handlerName], {
      env: { ...options.variables },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const output of [this.#child.stdout, this.#child.stderr])
      if (output) createInterface({ input: output }).on('line', options.log);
    this.#child.on('message', (message) => this.#answer(message as ChildMessage));
    this.#child.on('error', () => this.#gone('Runtime.StartError', 'the process did not start', options));
    this.#child.on('exit', (code, signal) =>
      this.#gone(
        'Runtime.ExitError',
        `Runtime exited with error: ${signal ?? `exit status ${code}`}`,
        options,
      ),
    );
  }

  get isBusy(): boolean {
    return this.#settle !== undefined;
  }

  get isFree(): boolean {
    return !this.isBusy && !this.#isDoomed;
  }

  /** @param timeout real milliseconds after which the process is killed, as Lambda does */
  async invoke(
    event: unknown,
    { requestId, trace }: InvocationIds,
    offset: number,
    timeout: number,
  ): Promise<InvocationResult> {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    this.#settle = resolve;
    let timer: NodeJS.Timeout | undefined;
    // Starting a process and loading its bundle are not the function's time, on Lambda neither.
    this.#begin = () => {
      timer = setTimeout(() => {
        const seconds = (timeout / 1000).toFixed(2);
        const errorMessage = `Task timed out after ${seconds} seconds`;
        this.#finish({ ok: false, errorType: 'Sandbox.Timedout', errorMessage, stack: [] });
        void this.kill();
      }, timeout);
    };
    this.#send({ type: 'invoke', event, requestId, trace, offset, timeout });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The virtual time was moved while the function runs. */
  tellOffset(offset: number): void {
    if (this.isBusy) this.#send({ type: 'clock', offset });
  }

  /** Kills the process as hard as a lost machine would. @returns resolves when it is gone */
  kill(): Promise<void> {
    this.#isDoomed = true;
    if (this.#exited) return Promise.resolve();
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.kill('SIGKILL');
    return gone;
  }

  #send(message: ParentMessage): void {
    // A process that has just died answers by its exit event, not by an exception here.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #answer(message: ChildMessage): void {
    if (message.type === 'begun') this.#begin();
    else if (message.type === 'result') this.#finish({ ok: true, payload: message.payload });
    else {
      const { errorType, errorMessage, stack } = message;
      this.#finish({ ok: false, errorType, errorMessage, stack });
    }
  }

  #gone(errorType: string, errorMessage: string, options: EnvironmentOptions): void {
    if (this.#exited) return;
    this.#exited = true;
    options.onExit();
    this.#finish({ ok: false, errorType, errorMessage, stack: [] });
  }

  #finish(result: InvocationResult): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(result);
  }
}
