import type { DirectServices } from '../protocol/direct-calls.ts';
import type { VirtualClock } from '../virtual-clock.ts';

export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | {
      readonly ok: false;
      readonly errorType: string;
      readonly errorMessage: string;
      readonly stack: string[];
    };

/** What Lambda knows an invocation by. */
export interface InvocationIds {
  readonly requestId: string;
  /** what the function finds as `_X_AMZN_TRACE_ID` */
  readonly trace: string;
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
  /**
   * @param offset virtual milliseconds ahead of the real time
   * @param timeout milliseconds that the function may take: real ones in a process of its own, in this process those
   * that the clock's `spend` has taken
   */
  invoke(event: unknown, ids: InvocationIds, offset: number, timeout: number): Promise<InvocationResult>;
  /** The virtual time was moved while the function runs. */
  tellOffset(offset: number): void;
  /** Ends it as hard as a lost machine would. @returns resolves when it is gone */
  kill(): Promise<void>;
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
    getRemainingTimeInMillis: remainingTime,
  };
}
