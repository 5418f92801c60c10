import type { InterceptedCall, Interceptor } from '#local/moodle/simulated-moodle.ts';
import { type Answer, jsonOf, type OwnAnswer } from '#local/moodle/transport/answer.ts';
import { wireFaults } from './wire-faults.ts';

/** Ready-made interceptors for what goes wrong between a client and a Moodle. */
export const faults = {
  ...wireFaults<InterceptedCall, OwnAnswer>({
    jsonOf: textOf,
    loginPath: '/login/index.php',
    nameOf: (call) => call.function,
  }),

  /** Moodle refuses with an errorcode; nothing has happened. */
  errorcode:
    (errorcode: string, message = errorcode): Interceptor =>
    async () => ({ kind: 'exception', exception: 'core\\exception\\moodle_exception', errorcode, message }),
};

function textOf(answer: Answer): string {
  return answer.kind === 'value' || answer.kind === 'exception' ? jsonOf(answer) : '';
}
