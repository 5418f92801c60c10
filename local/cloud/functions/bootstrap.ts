import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { failureOf, type Handler, handlerIn, lambdaContext } from './execution-environment.ts';
import type { ChildMessage, ParentMessage } from './process-environment.ts';
import { installVirtualDate } from './virtual-date.ts';

/**
 * Runs in a function's own process: imports the bundle and hands it one event after another. It may import nothing at
 * run time but Node's own and what does not import, so that the function finds its environment as bare as on Lambda.
 */
const [, , handlerFile = '', handlerName = ''] = process.argv;

let offset = 0;

installVirtualDate(() => offset);

const loadHandler = async (): Promise<Handler> => {
  const bundle = await import(pathToFileURL(handlerFile).href);
  // Node writes what it has compiled when it exits, and an environment is killed.
  flushCompileCache();
  return handlerIn(bundle, { handlerFile, handlerName });
};

const answer = (message: ChildMessage): void => {
  process.send?.(message);
};

const handler = loadHandler();
// A bundle that does not load is reported by the first invocation.
handler.catch(() => {});

process.on('message', async (message: ParentMessage) => {
  offset = message.offset;
  const { invocation } = message;
  if (!invocation) return;
  try {
    const run = await handler;
    process.env._X_AMZN_TRACE_ID = invocation.trace;
    answer('begun');
    // The deadline is real time: advancing the virtual clock must not take a running function's time away.
    const deadline = performance.now() + invocation.timeout;
    const context = lambdaContext(process.env, invocation.requestId, () => deadline - performance.now());
    answer({ ok: true, payload: (await run(invocation.event, context)) ?? null });
  } catch (error) {
    answer(failureOf(error));
  }
});

// The parent is gone, however it ended: nothing may be left running.
process.on('disconnect', () => process.exit(0));
