import { statusFindings } from '#shared/moodle/attendance/status-findings.ts';
import { withFindings } from '#shared/moodle/health/health.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import type { Tokens } from '#shared/store/secrets/tokens.ts';
import { healthOfInstance } from '#shared/store/tables/instance-health.ts';
import type { InstanceStates } from '#shared/store/tables/instance-states.ts';
import type { Log } from '#shared/sync/ports.ts';

/** What checking an instance needs. */
export interface CheckPorts {
  states: Pick<InstanceStates, 'saveHealth'>;
  /** What the pulls have found. */
  pulls: Pick<PullStates, 'list'>;
  tokens: Tokens;
  now(): number;
  log: Log;
}

/** Checks one instance and stores the result. Never throws: the other instances are to be checked too. */
export async function checkInstance(instance: Instance, ports: CheckPorts): Promise<void> {
  const { tokens, now, log, states, pulls } = ports;
  try {
    const asked = await healthOfInstance(instance, {
      tokens,
      now,
      onCall: (call) => log.debug('Moodle called', { instance: instance.id, ...call }),
    });
    const health = withFindings(asked, await statusFindings(instance, pulls, now()));
    await states.saveHealth(instance.id, health);
    for (const finding of health.findings) {
      const told = finding.severity === 'note' ? log.info : log.warn;
      told.call(log, 'Health finding', { instance: instance.id, ...finding });
    }
    log.info('Instance checked', {
      instance: instance.id,
      status: health.status,
      release: health.release,
    });
  } catch (error) {
    log.error('Health check broke off', { instance: instance.id, error });
  }
}
