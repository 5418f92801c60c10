import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, jsonOf } from './rpc/answer.ts';
import type { Interceptor } from './simulated-odoo.ts';

/** Ready-made interceptors for what goes wrong between a client and an Odoo. */
export const faults = {
  /** Waits, then lets the call happen. */
  delay:
    (milliseconds: number): Interceptor =>
    async (_call, proceed) => {
      await sleep(milliseconds);
      return proceed();
    },

  /** Odoo answers an exception; nothing has happened. */
  exception:
    (python: string, message = ''): Interceptor =>
    async () => ({ kind: 'error', id: null, python, message }),

  /** Two transactions got in each other's way until Odoo gave up; nothing has happened. */
  collision: (): Interceptor =>
    faults.exception(
      'psycopg2.errors.SerializationFailure',
      'could not serialize access due to concurrent update',
    ),

  /** Odoo runs, but its database does not. */
  databaseAway: (): Interceptor =>
    faults.exception('psycopg2.OperationalError', 'could not connect to server: Connection refused'),

  /** An HTML page with this status instead of JSON: 200 for a login page, 502 for a proxy without Odoo behind it. */
  htmlPage:
    (status: number): Interceptor =>
    async () =>
      htmlPage(status),

  /** A redirect to the login page. */
  redirect: (): Interceptor => async () => ({ ...htmlPage(303), location: '/web/login' }),

  /** 200 and nothing. */
  emptyBody: (): Interceptor => async () => ({ ...htmlPage(200), body: '' }),

  /** The call happens; only the first half of its JSON is answered, with a header that fits the half. */
  halfAnswer: (): Interceptor => async (_call, proceed) => {
    const body = textOf(await proceed());
    const half = body.slice(0, Math.ceil(body.length / 2));
    return { kind: 'http', status: 200, contentType: 'application/json', body: half };
  },

  /** The call happens; of a list, only the first half of the items is answered, as if that were all. */
  fewerRecords: (): Interceptor => async (_call, proceed) => {
    const answer = await proceed();
    if (answer.kind !== 'result' || !Array.isArray(answer.result)) return answer;
    return { ...answer, result: answer.result.slice(0, Math.floor(answer.result.length / 2)) };
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

  /** Applies `fault` to the first `count` calls of one name, such as `op.exam.create` (of all when undefined). */
  times: (count: number, call: string | undefined, fault: Interceptor): Interceptor => {
    let left = count;
    return (intercepted, proceed) => {
      if (left === 0 || (call !== undefined && intercepted.call !== call)) return proceed();
      left -= 1;
      return fault(intercepted, proceed);
    };
  },
};

function htmlPage(status: number): Extract<Answer, { kind: 'http' }> {
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  return { kind: 'http', status, contentType: 'text/html; charset=utf-8', body };
}

function textOf(answer: Answer): string {
  return answer.kind === 'result' || answer.kind === 'error' ? jsonOf(answer) : '';
}
