import type { Instance } from '#shared/engine/instance.ts';
import type { Log } from '#shared/engine/ports.ts';
import { healthOfInstance } from '#shared/store/instance-health.ts';
import type { InstanceStates } from '#shared/store/instance-states.ts';
import type { Tokens } from '#shared/store/tokens.ts';

/** What checking an instance needs. */
export interface CheckPorts {
  states: Pick<InstanceStates, 'saveHealth'>;
  tokens: Tokens;
  now(): number;
  log: Log;
}

/** Checks one instance and stores the result. Never throws: the other instances are to be checked too. */
export async function checkInstance(instance: Instance, ports: CheckPorts): Promise<void> {
  const { tokens, now, log, states } = ports;
  try {
    const health = await healthOfInstance(instance, {
      tokens,
      now,
      onCall: (call) => log.debug('Moodle called', { instance: instance.id, ...call }),
    });
    await states.saveHealth(instance.id, health);
    for (const finding of health.findings) log.warn('Health finding', { instance: instance.id, ...finding });
    log.info('Instance checked', {
      instance: instance.id,
      status: health.status,
      release: health.release,
    });
  } catch (error) {
    log.error('Health check broke off', { instance: instance.id, error });
  }
}
