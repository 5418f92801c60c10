import { failureOf, isInstanceFailure } from '#shared/moodle/failures.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { DriftPorts } from './drift.ts';

/**
 * Logs that something refused to be looked at, which keeps nobody from looking at the rest.
 *
 * @throws the error where it concerns the whole Moodle
 */
export function passOver(
  error: unknown,
  message: string,
  idnumber: string,
  { id: instance }: Instance,
  { log }: Pick<DriftPorts, 'log'>,
): void {
  if (isInstanceFailure(error)) throw error;
  const { code, reason } = failureOf(error);
  log.warn(message, { instance, idnumber, code, reason });
}
