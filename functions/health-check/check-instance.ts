import { checkHealth, type Health, healthOf } from '#shared/engine/health.ts';
import type { Instance } from '#shared/engine/instance.ts';
import type { Log } from '#shared/engine/ports.ts';
import { MoodleClient } from '#shared/moodle/client.ts';
import type { InstanceStates } from '#shared/store/instance-states.ts';
import { TokenError, type Tokens } from '#shared/store/tokens.ts';

/** What checking an instance needs. */
export interface CheckPorts {
  states: Pick<InstanceStates, 'saveHealth'>;
  tokens: Tokens;
  now(): number;
  log: Log;
}

/** A site that takes longer for two small questions is as good as away. */
const timeoutMs = 20_000;

/** Checks one instance and stores the result. Never throws: the other instances are to be checked too. */
export async function checkInstance(instance: Instance, ports: CheckPorts): Promise<void> {
  const { log, states } = ports;
  try {
    const health = await healthOfInstance(instance, ports);
    await states.saveHealth(instance.id, health);
    report(instance.id, health, log);
  } catch (error) {
    log.error('Health check broke off', { instance: instance.id, error });
  }
}

async function healthOfInstance(instance: Instance, { tokens, now, log }: CheckPorts): Promise<Health> {
  try {
    const client = new MoodleClient({
      baseUrl: instance.base_url,
      token: await tokens.get(instance),
      timeoutMs,
      onCall: (call) => log.debug('Moodle called', { instance: instance.id, ...call }),
    });
    return await checkHealth(client, instance, now);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const advice = 'Store the token as docs/deploy.md says, and check that the secret has that name.';
    return healthOf([{ code: 'no-token', severity: 'failed', message: error.message, advice }], now());
  }
}

function report(instance: string, health: Health, log: Log): void {
  for (const finding of health.findings) log.warn('Health finding', { instance, ...finding });
  log.info('Instance checked', { instance, status: health.status, release: health.release });
}
