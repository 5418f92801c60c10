import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { ChildMessage, ParentMessage } from './execution-environment.ts';

/**
 * Runs in a function's own process: imports the bundle and hands it one event after another. It may import nothing at
 * run time but Node's own, so that the function finds its environment as bare as on Lambda.
 */
const [, , handlerFile = '', handlerName = ''] = process.argv;

let offset = 0;

// The handlers stay unchanged: they ask Date for the time and get the embedded cloud's virtual time, so that a tier of
// 24 hours, a cache's age or a breaker's next probe agree with the clock that a test has moved.
const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + offset] : args, newTarget),
  apply: (target) => new target(RealDate.now() + offset).toString(),
  get: (target, property, receiver) =>
    property === 'now' ? () => RealDate.now() + offset : Reflect.get(target, property, receiver),
});
RealDate.prototype.constructor = globalThis.Date;

type Handler = (event: unknown, context: object) => unknown;

const loadHandler = async (): Promise<Handler> => {
  const bundle = await import(pathToFileURL(handlerFile).href);
  // Node writes what it has compiled when it exits, and an environment is killed.
  flushCompileCache();
  const handler = bundle[handlerName] ?? bundle.default?.[handlerName];
  if (typeof handler !== 'function')
    throw new TypeError(`${handlerName} is not a function of ${handlerFile}`);
  return handler;
};

const context = (requestId: string, deadline: number) => {
  const environment = process.env;
  const functionName = environment.AWS_LAMBDA_FUNCTION_NAME ?? '';
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${environment.AWS_REGION}:000000000000:function:${functionName}`,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    // The deadline is real time: advancing the virtual clock must not take a running function's time away.
    getRemainingTimeInMillis: () => Math.max(0, deadline - RealDate.now()),
  };
};

const answer = (message: ChildMessage): void => {
  process.send?.(message);
};

const handler = loadHandler();
// A bundle that does not load is reported by the first invocation.
handler.catch(() => {});

process.on('message', async (message: ParentMessage) => {
  offset = message.offset;
  if (message.type === 'clock') return;
  try {
    const run = await handler;
    const payload = await run(message.event, context(message.requestId, RealDate.now() + message.timeout));
    answer({ type: 'result', payload: payload ?? null });
  } catch (error) {
    const { name, message: text, stack } = error instanceof Error ? error : new Error(String(error));
    answer({ type: 'error', errorType: name, errorMessage: text, stack: stack?.split('\n') ?? [] });
  }
});

// The parent is gone, however it ended: nothing may be left running.
process.on('disconnect', () => process.exit(0));
