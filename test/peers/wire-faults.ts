import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokenAnswer, htmlPage } from '#local/wire/broken-answer.ts';
import type { InterceptorOf } from '#local/wire/simulated-peer.ts';

/**
 * Ready-made interceptors for what goes wrong between a client and any simulated system.
 *
 * @param system how its own answers read as JSON, where its login page is, and what its calls are called
 */
export function wireFaults<Call, Own>(system: {
  jsonOf: (answer: Own | BrokenAnswer) => string;
  loginPath: string;
  nameOf: (call: Call) => string;
}) {
  type Interceptor = InterceptorOf<Call, Own | BrokenAnswer>;
  const { jsonOf, loginPath, nameOf } = system;
  return {
    /** Waits, then lets the call happen. */
    delay:
      (milliseconds: number): Interceptor =>
      async (_call, proceed) => {
        await sleep(milliseconds);
        return proceed();
      },

    /** An HTML page with this status instead of JSON: 200 for garbage or a login page, 502 for a proxy. */
    htmlPage:
      (status: number): Interceptor =>
      async () =>
        htmlPage(status),

    /** A redirect to the login page. */
    redirect: (): Interceptor => async () => ({ ...htmlPage(303), location: loginPath }),

    /** 200 and nothing: the server's process died. */
    emptyBody: (): Interceptor => async () => ({
      kind: 'http',
      status: 200,
      contentType: 'text/html',
      body: '',
    }),

    /** The call happens; only the first half of its JSON is answered, with a header that fits the half. */
    halfAnswer: (): Interceptor => async (_call, proceed) => {
      const body = jsonOf(await proceed());
      const half = body.slice(0, Math.ceil(body.length / 2));
      return { kind: 'http', status: 200, contentType: 'application/json', body: half };
    },

    /** The call happens; the connection breaks in the middle of its answer. */
    cutAnswer: (): Interceptor => async (_call, proceed) => ({ kind: 'cut', body: jsonOf(await proceed()) }),

    /** An answer without end, which takes little on the wire: blanks, or JSON such as `{},`. */
    endlessAnswer:
      (text = ' '): Interceptor =>
      async () => ({ kind: 'endless', text }),

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

    /** Applies `fault` to the first `count` calls of one name (of all calls when undefined). */
    times: (count: number, name: string | undefined, fault: Interceptor): Interceptor => {
      let left = count;
      return (call, proceed) => {
        if (left === 0 || (name !== undefined && nameOf(call) !== name)) return proceed();
        left -= 1;
        return fault(call, proceed);
      };
    },
  };
}
