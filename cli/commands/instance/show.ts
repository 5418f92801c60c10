import type { CommandContext, CommandResult } from '#cli/command.ts';
import { type BrakeReading, readBrakes } from '#cli/commands/brake/read-brakes.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { chosenInstance } from '#cli/instances.ts';
import type { Lines } from '#cli/output/lines.ts';
import { withCount } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import type { InstanceState } from '#shared/moodle/health/staleness.ts';
import { type ShownSetting, shownSettings } from '#shared/moodle/instance/settings.ts';
import { eachMapping } from '#shared/moodle/mappings/read-mappings.ts';
import { secretNameOf } from '#shared/store/secrets/tokens.ts';
import { parkedUnits } from '#shared/store/tables/parked-units.ts';
import type { BreakerState } from '#shared/sync/limits/breaker.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import { findingsText } from './site-check.ts';

/** How many mappings of a service have each status. */
type Counts = Record<string, Partial<Record<RowStatus, number>>>;

/** All that is known of one instance. */
export async function showInstance(
  context: CommandContext,
  _options: object,
  id: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { instances, instanceStates, open, outputs } = deployment;
  const instance = await chosenInstance(deployment, id);
  const settings = shownSettings(instance, (await instances.settings(id)) ?? {});
  const state = await instanceStates.get(id);
  const breaker = await instances.getBreaker(id);
  const brakes = await readBrakes(deployment, instance);
  const mappings = await countMappings(deployment, id);
  const waiting = await open(parkedUnits).oldest(id, mostShown);
  const secret = secretNameOf(instance, outputs.SecretPrefix);
  return {
    data: {
      ...{ instance: id, settings, secret_name: secret, ...seen(state), breaker, brakes, mappings },
      waiting_units: waiting.length,
    },
    text: [
      settingsText(settings),
      `Token: in the secret ${secret} (never shown).`,
      healthText(state),
      breakerText(breaker),
      waitingText(waiting),
      brakes.filter(({ is_on }) => is_on).map(brakeText),
      mappingsText(mappings),
    ],
  };
}

function seen(state: InstanceState | undefined) {
  return { health: state?.health ?? null, last_successful_sync: state?.last_successful_sync ?? null };
}

function settingsText(settings: ShownSetting[]): string {
  return table(
    ['setting', 'value', ''],
    settings.map(({ name, value, isDefault }) => [name, value, isDefault ? 'default' : '']),
  );
}

function healthText(state: InstanceState | undefined): Lines {
  const { health, last_successful_sync: success } = state ?? {};
  const last = `Last success: ${success ? `${success} (UTC)` : 'none yet'}.`;
  if (!health) return `Health: not checked yet. ${last}`;
  const release = health.release ? `, Moodle ${health.release}` : '';
  return [
    `Health: ${health.status}${release}, checked at ${health.checked_at} (UTC). ${last}`,
    findingsText(health.findings),
  ];
}

function breakerText({ opened_at, code, probe_at }: BreakerState): string {
  if (opened_at === undefined) return 'It is called as needed.';
  const since = new Date(opened_at).toISOString();
  const next = probe_at === undefined ? 'soon' : `from ${new Date(probe_at).toISOString()} on`;
  return (
    `It has not been called since ${since}, because of ${code ?? 'its failures'}; it is asked again ${next}. ` +
    'What waits for it loses no attempt.'
  );
}

/** Units that wait for the instance are counted up to this number: one answer of DynamoDB. */
const mostShown = 1_000;

function waitingText(waiting: readonly { key: string }[]): string[] {
  const [first] = waiting;
  if (!first) return [];
  const count = waiting.length < mostShown ? waiting.length : `${mostShown} or more`;
  const since = first.key.split('/')[0];
  return [`Units of up to 50 records that wait for it: ${count}, the first since ${since} (UTC).`];
}

function brakeText({ instance, service, held }: BrakeReading): string {
  return `The brake of ${service} is on and holds ${held} (\`oec-moodle brake show ${instance}\`).`;
}

async function countMappings({ mappings }: Deployment, id: string): Promise<Counts> {
  return withCount('mappings', async (counted) => {
    const counts: Counts = {};
    for await (const { service, status } of eachMapping(id, mappings, 'oec_')) {
      counts[service] ??= {};
      counts[service][status] = (counts[service][status] ?? 0) + 1;
      counted();
    }
    return counts;
  });
}

function mappingsText(counts: Counts): string {
  const services = Object.entries(counts);
  if (services.length === 0) return 'Nothing has been pushed to it yet.';
  const statuses = [...new Set(services.flatMap(([, count]) => Object.keys(count)))].toSorted(
    (a, b) => Number(b === 'synced') - Number(a === 'synced') || a.localeCompare(b),
  ) as RowStatus[];
  return table(
    ['mappings of', ...statuses],
    services.map(([service, count]) => [service, ...statuses.map((status) => count[status] ?? 0)]),
  );
}
