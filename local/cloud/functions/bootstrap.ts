import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from './execution-environment.ts';
import type { ChildMessage, ParentMessage } from './process-environment.ts';
import { installVirtualDate } from './virtual-date.ts';

/**
 * Runs in a function's own process: imports the bundle and hands it one event after another. It may import nothing at
 * run time but Node's own and what does not import, so that the function finds its environment as bare as on Lambda.
 */
const [, , handlerFile = '', handlerName = ''] = process.argv;

let offset = 0;

installVirtualDate(() => offset);

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
    process.env._X_AMZN_TRACE_ID = message.trace;
    answer({ type: 'begun' });
    // The deadline is real time: advancing the virtual clock must not take a running function's time away.
    const deadline = performance.now() + message.timeout;
    const remainingTime = () => Math.max(0, deadline - performance.now());
    const payload = await run(message.event, lambdaContext(process.env, message.requestId, remainingTime));
    answer({ type: 'result', payload: payload ?? null });
  } catch (error) {
    const { name, message: text, stack } = error instanceof Error ? error : new Error(String(error));
    answer({ type: 'error', errorType: name, errorMessage: text, stack: stack?.split('\n') ?? [] });
  }
});

// The parent is gone, however it ended: nothing may be left running.
process.on('disconnect', () => process.exit(0));
