import { type Check, failed, run, type Said, saidOf, warning } from '#cli/commands/doctor/check.ts';
import { checkState } from '#cli/commands/doctor/state.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import type { ErpReport } from '#cli/erp/erp-report.ts';
import type { WatchedInstance } from '#shared/store/tables/instance-states.ts';
import type { InstanceRowError } from '#shared/store/tables/instances-store.ts';
import type { InstanceReport, QueueReport } from './report.ts';

/** What the report knows already. */
interface Known {
  chosen: readonly WatchedInstance[];
  unreadable: readonly InstanceRowError[];
  instances: readonly InstanceReport[];
  erp: ErpReport | undefined;
  queues: readonly QueueReport[];
}

/** What somebody has to look at, the worst first. No peer is called. */
export async function attentionOf(deployment: Deployment, known: Known): Promise<Check[]> {
  const { chosen, unreadable, instances, erp, queues } = known;
  const found = unreadable.map(({ instance, message }) =>
    about(`instance ${instance}`, [
      failed(message, 'Correct it with `oec-moodle instance set`, or remove it.'),
    ]),
  );
  for (const { instance, state } of chosen) {
    if (instance.status === 'disabled') continue;
    const report = instances.find(({ id }) => id === instance.id)!;
    const said = await run({ 'How it fares': () => checkState(deployment, instance, state) });
    const findings = saidOf(report.health?.findings ?? [], '');
    found.push(about(`instance ${instance.id}`, [...said, ...findings, ...stuck(report)]));
  }
  if (erp) found.push(about('ERP', ofErp(erp)));
  found.push(about('queues', queues.flatMap(ofQueue)));
  const all = found.flat();
  return [
    ...all.filter(({ level }) => level === 'failed'),
    ...all.filter(({ level }) => level === 'warning'),
  ];
}

function about(subject: string, said: readonly Said[]): Check[] {
  return said.filter(({ level }) => level !== 'ok').map((one) => ({ subject, ...one }));
}

/** Records that nothing brings to Moodle without a person. */
function stuck({ id, records }: InstanceReport): Said[] {
  const count = records.reduce(
    (sum, { states }) => sum + states.permanently_failed + states.invalid + states.conflict,
    0,
  );
  if (count === 0) return [];
  const what = 'not in Moodle as they should be, and nothing more is tried by itself';
  return [failed(`Entities ${what}: ${count}.`, `\`oec-moodle failures list --instance ${id}\` says why.`)];
}

function ofErp({ connection, export: exported, import: imported, findings }: ErpReport): Said[] {
  const held = exported.models.flatMap((model) => (model.held === undefined ? [] : model.model));
  return [
    ...(connection ? [] : [warning('No ERP is connected.', '`oec-moodle erp connect` connects one.')]),
    ...(exported.last_error
      ? [
          failed(
            `The last export ended with ${exported.last_error.code}.`,
            '`oec-moodle erp test` says what is wrong.',
          ),
        ]
      : []),
    ...(imported.breaker
      ? [failed(`It is not called: ${imported.breaker.code}.`, '`oec-moodle erp test` says what is wrong.')]
      : []),
    ...(held.length > 0
      ? [warning(`Deletions are held: ${held.join(', ')}.`, 'Release or accept them with `oec-moodle erp`.')]
      : []),
    ...saidOf(findings, ''),
  ];
}

function ofQueue({ name, is_dead_letter, visible, in_flight }: QueueReport): Said[] {
  if (!is_dead_letter || visible + in_flight === 0) return [];
  return [
    warning(
      `${name} holds messages: ${visible + in_flight}.`,
      '`oec-moodle failures list` tells of them; docs/operations.md says what the queue is for.',
    ),
  ];
}
