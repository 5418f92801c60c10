import { setTimeout as sleep } from 'node:timers/promises';
import type { Interceptor } from './simulated-moodle.ts';
import { type Answer, jsonOf } from './transport/answer.ts';

/** Ready-made interceptors for what goes wrong between a client and a Moodle. */
export const faults = {
  /** Waits, then lets the call happen. */
  delay:
    (milliseconds: number): Interceptor =>
    async (_call, proceed) => {
      await sleep(milliseconds);
      return proceed();
    },

  /** Moodle refuses with an errorcode; nothing has happened. */
  errorcode:
    (errorcode: string, message = errorcode): Interceptor =>
    async () => ({ kind: 'exception', exception: 'core\\exception\\moodle_exception', errorcode, message }),

  /** An HTML page with this status instead of JSON: 200 for PHP garbage, 502 for a proxy, 503 for maintenance. */
  htmlPage:
    (status: number): Interceptor =>
    async () =>
      htmlPage(status),

  /** A redirect to the login page. */
  redirect: (): Interceptor => async () => ({ ...htmlPage(303), location: '/login/index.php' }),

  /** 200 and nothing: PHP died. */
  emptyBody: (): Interceptor => async () => ({
    kind: 'http',
    status: 200,
    contentType: 'text/html',
    body: '',
  }),

  /** The call happens; only the first half of its JSON is answered, with a header that fits the half. */
  halfAnswer: (): Interceptor => async (_call, proceed) => {
    const body = textOf(await proceed());
    return {
      kind: 'http',
      status: 200,
      contentType: 'application/json',
      body: body.slice(0, Math.ceil(body.length / 2)),
    };
  },

  /** The call happens; the connection breaks in the middle of its answer. */
  cutAnswer: (): Interceptor => async (_call, proceed) => ({ kind: 'cut', body: textOf(await proceed()) }),

  /** The connection is reset; nothing has happened. */
  connectionReset: (): Interceptor => async () => ({ kind: 'reset' }),

  /** The call happens, but the client sees only a reset connection. */
  answerLost: (): Interceptor => async (_call, proceed) => {
    await proceed();
    return { kind: 'reset' };
  },

  /** The call happens, but a proxy answers 504 because it has waited too long. */
  gatewayTimeoutAfterwards: (): Interceptor => async (_call, proceed) => {
    await proceed();
    return htmlPage(504);
  },

  /** Applies `fault` to the first `count` calls of one function (of all functions when undefined). */
  times: (count: number, functionName: string | undefined, fault: Interceptor): Interceptor => {
    let left = count;
    return (call, proceed) => {
      if (left === 0 || (functionName !== undefined && call.function !== functionName)) return proceed();
      left -= 1;
      return fault(call, proceed);
    };
  },
};

function htmlPage(status: number): Extract<Answer, { kind: 'http' }> {
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  return { kind: 'http', status, contentType: 'text/html; charset=utf-8', body };
}

function textOf(answer: Answer): string {
  return answer.kind === 'value' || answer.kind === 'exception' ? jsonOf(answer) : '';
}
