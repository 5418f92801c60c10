import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type {
  EnvironmentOptions,
  ExecutionEnvironment,
  Invocation,
  InvocationResult,
} from './execution-environment.ts';

/** What the parent tells the bootstrap: the virtual time, in milliseconds ahead of the real one, and maybe an event. */
export type ParentMessage = { offset: number; invocation?: Invocation };

/** What the bootstrap answers: that the handler is loaded and runs, and what came of it. */
export type ChildMessage = 'begun' | InvocationResult;

const bootstrap = fileURLToPath(new URL('./bootstrap.ts', import.meta.url));

/** Runs one function in a process of its own, from its bundle. */
export class ProcessEnvironment implements ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #child: ChildProcess;
  #settle: ((result: InvocationResult) => void) | undefined;
  #begin: () => void = () => {};
  readonly #untell: () => void;
  #hasExited = false;
  #isDoomed = false;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    // execArgv and env are given whole: nothing of the test runner's own may leak into a function.
    this.#child = fork(bootstrap, [options.handlerFile, options.handlerName], {
      env: { ...options.variables },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const output of [this.#child.stdout, this.#child.stderr])
      if (output) createInterface({ input: output }).on('line', options.log);
    this.#child.on('message', (message: ChildMessage) => {
      if (message === 'begun') this.#begin();
      else this.#finish(message);
    });
    this.#untell = options.clock.onAdvance((offset) => {
      if (this.isBusy) this.#send({ offset });
    });
    this.#child.on('error', () => this.#gone('Runtime.StartError', 'the process did not start'));
    this.#child.on('exit', (code, signal) => {
      const reason = signal ?? `exit status ${code}`;
      this.#gone('Runtime.ExitError', `Runtime exited with error: ${reason}`);
    });
  }

  get isBusy(): boolean {
    return this.#settle !== undefined;
  }

  get isFree(): boolean {
    return !this.isBusy && !this.#isDoomed;
  }

  /** Kills the process, as Lambda does, when the invocation's time is over. */
  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { timeout } = invocation;
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    this.#settle = resolve;
    let timer: NodeJS.Timeout | undefined;
    // Starting a process and loading its bundle are not the function's time, on Lambda neither.
    this.#begin = () => {
      timer = setTimeout(() => {
        const errorMessage = `Task timed out after ${(timeout / 1000).toFixed(2)} seconds`;
        this.#finish({ ok: false, errorType: 'Sandbox.Timedout', errorMessage, stack: [] });
        void this.kill();
      }, timeout);
    };
    this.#send({ offset: this.#options.clock.offset, invocation });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  kill(): Promise<void> {
    this.#isDoomed = true;
    if (this.#hasExited) return Promise.resolve();
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.kill('SIGKILL');
    return gone;
  }

  #send(message: ParentMessage): void {
    // A process that has just died answers by its exit event, not by an exception here.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #gone(errorType: string, errorMessage: string): void {
    if (this.#hasExited) return;
    this.#hasExited = true;
    this.#untell();
    this.#options.onExit();
    this.#finish({ ok: false, errorType, errorMessage, stack: [] });
  }

  #finish(result: InvocationResult): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(result);
  }
}
