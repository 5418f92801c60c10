import { type Answer, jsonOf, type OwnAnswer } from '#local/odoo/rpc/answer.ts';
import type { InterceptedCall, Interceptor } from '#local/odoo/simulated-odoo.ts';
import { wireFaults } from './wire-faults.ts';

/** Ready-made interceptors for what goes wrong between a client and an Odoo; calls are named `op.exam.create`. */
export const faults = {
  ...wireFaults<InterceptedCall, OwnAnswer>({
    jsonOf: textOf,
    loginPath: '/web/login',
    nameOf: ({ call }) => call,
  }),

  /** Odoo answers an exception; nothing has happened. @param python such as `odoo.exceptions.AccessDenied` */
  exception,

  /** Two transactions got in each other's way until Odoo gave up; nothing has happened. */
  collision: (): Interceptor =>
    exception('psycopg2.errors.SerializationFailure', 'could not serialize access due to concurrent update'),

  /** Odoo runs, but its database does not. */
  databaseAway: (): Interceptor =>
    exception('psycopg2.OperationalError', 'could not connect to server: Connection refused'),

  /** The call happens; of a list, only the first half of the items is answered, as if that were all. */
  fewerRecords: (): Interceptor => async (_call, proceed) => {
    const answer = await proceed();
    if (answer.kind !== 'result' || !Array.isArray(answer.result)) return answer;
    return { ...answer, result: answer.result.slice(0, Math.floor(answer.result.length / 2)) };
  },
};

function exception(python: string, message = ''): Interceptor {
  return async () => ({ kind: 'error', id: null, python, message });
}

function textOf(answer: Answer): string {
  return answer.kind === 'result' || answer.kind === 'error' ? jsonOf(answer) : '';
}
