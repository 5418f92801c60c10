import type { Deployment } from '#cli/connection/deployment.ts';
import { watchedInstances } from '#cli/instances.ts';
import { statusFindings } from '#shared/moodle/attendance/status-findings.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { secretNameOf } from '#shared/store/secrets/tokens.ts';
import type { WatchedInstance } from '#shared/store/tables/instance-states.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import { type Check, type Checks, failed, ok, run, type Said, saidOf, warning } from './check.ts';
import { checkOrphans } from './orphans.ts';
import { checkSite } from './site.ts';
import { checkState } from './state.ts';

/**
 * Everything about the Moodles.
 *
 * @param ids the instances to look at; all of them where there is none
 * @param onLook told how many mappings were looked at
 * @throws OperatorError where one of them is not registered
 */
export async function checkInstances(
  deployment: Deployment,
  ids: readonly string[],
  onLook: (count: number) => void,
): Promise<Check[]> {
  const { chosen, unreadable, all } = await watchedInstances(deployment, ids);
  const checks: Check[] = unreadable.map(({ instance, message }) => ({
    subject: `instance ${instance}`,
    ...failed(message, 'Correct it with `oec-moodle instance set`, or remove it: nothing is pushed to it.'),
  }));
  if (chosen.length + unreadable.length === 0) {
    const none = warning('No Moodle is registered.', '`oec-moodle instance add` registers one.');
    checks.push({ subject: 'AWS', ...none });
  }
  for (const watched of chosen) {
    const said = await run(instanceChecks(deployment, watched, all, onLook));
    checks.push(...said.map((one) => ({ subject: `instance ${watched.instance.id}`, ...one })));
  }
  return checks;
}

function instanceChecks(
  deployment: Deployment,
  { instance, state }: WatchedInstance,
  all: readonly Instance[],
  onLook: (count: number) => void,
): Checks {
  return {
    'How it fares': () => checkState(deployment, instance, state),
    'Its secret': () => checkSecretName(instance, all, deployment.outputs.SecretPrefix),
    // A disabled one is to be left alone.
    ...(instance.status !== 'disabled' && {
      'Its Moodle': () => checkSite(deployment, instance, state),
      'Its attendance': async () => {
        const findings = await statusFindings(instance, deployment.open(pullStates), deployment.now());
        return saidOf(findings, 'What its marks of attendance mean is known.');
      },
      'Its mappings': () => checkOrphans(deployment, instance.id, onLook),
    }),
  };
}

/** Functions may read the secrets under one path only, and two instances with one token would be one Moodle twice. */
function checkSecretName(instance: Instance, all: readonly Instance[], prefix: string): Said {
  const name = secretNameOf(instance, prefix);
  if (!name.startsWith(prefix)) {
    return failed(
      `Its secret is called ${name}, and functions may read only what begins with ${prefix}.`,
      `Store the token in ${prefix}${instance.id} and take secret_name out of the settings.`,
    );
  }
  const sharing = all.filter((other) => other.id !== instance.id && secretNameOf(other, prefix) === name);
  if (sharing.length === 0) return ok(`Its secret is called ${name}.`);
  return warning(
    `It shares the secret ${name} with ${sharing.map(({ id }) => id).join(', ')}.`,
    'Give every instance a token of its own, unless they are one Moodle in several scopes.',
  );
}
