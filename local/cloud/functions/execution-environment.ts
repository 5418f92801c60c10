import type { DirectServices } from '../protocol/direct-calls.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** What came of an invocation, as Lambda tells it. */
export type InvocationResult = { readonly ok: true; readonly payload: unknown } | InvocationFailure;

export interface InvocationFailure {
  readonly ok: false;
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack: readonly string[];
}

/** An event on its way into a function, and what Lambda knows it by. */
export interface Invocation {
  readonly event: unknown;
  readonly requestId: string;
  /** what the function finds as `_X_AMZN_TRACE_ID` */
  readonly trace: string;
  /**
   * milliseconds that the function may take: real ones in a process of its own, in this process those that the clock's
   * `spend` has taken
   */
  readonly timeout: number;
}

export interface EnvironmentOptions {
  readonly handlerFile: string;
  readonly handlerName: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  /** what a function that runs in this process calls without a connection */
  readonly services: DirectServices;
  readonly clock: VirtualClock;
  /** told once, when the environment is gone for whatever reason */
  readonly onExit: () => void;
}

/** What runs one function, one event at a time, and stays warm. */
export interface ExecutionEnvironment {
  readonly isBusy: boolean;
  readonly isFree: boolean;
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /** Ends it as hard as a lost machine would. @returns resolves when it is gone */
  kill(): Promise<void>;
}

export type Handler = (event: unknown, context: object) => unknown;

/** The handler that a module exports, also one that a bundle of CommonJS has. @throws TypeError where it has none */
export function handlerIn(
  // biome-ignore lint/suspicious/noExplicitAny: what a module exports
  module: any,
  { handlerFile, handlerName }: Pick<EnvironmentOptions, 'handlerFile' | 'handlerName'>,
): Handler {
  const handler = module[handlerName] ?? module.default?.[handlerName];
  if (typeof handler === 'function') return handler;
  throw new TypeError(`${handlerName} is not a function of ${handlerFile}`);
}

/** What Lambda tells of an error that a function has thrown. */
export function failureOf(error: unknown): InvocationFailure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { ok: false, errorType: name, errorMessage: message, stack: stack?.split('\n') ?? [] };
}

/** The context that Lambda hands a handler, as far as it means something here. */
export function lambdaContext(
  variables: Readonly<Record<string, string | undefined>>,
  requestId: string,
  remainingTime: () => number,
) {
  const functionName = variables.AWS_LAMBDA_FUNCTION_NAME ?? '';
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${variables.AWS_REGION}:000000000000:function:${functionName}`,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, remainingTime()),
  };
}
