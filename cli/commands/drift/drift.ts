import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { lookAtEach, type UnknownInstance, unknownText } from '#cli/dry-run.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { chooseInstances } from '#cli/instances.ts';
import { noteAction } from '#cli/note-action.ts';
import { withCount } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import { confirmed } from '#cli/prompts.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { compareWithMoodle } from '#shared/moodle/drift/drift.ts';
import { driftWords, type Finding, valueWords } from '#shared/moodle/drift/finding.ts';
import { type DriftPorts, repairNoted } from '#shared/moodle/drift/repair.ts';
import { failureOf, isInstanceFailure } from '#shared/moodle/failures.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { DriftAction } from '#shared/moodle/mappings/drift-note.ts';
import { services } from '#shared/moodle/services.ts';
import { KeptRecords } from '#shared/moodle/sweep/sweep-records.ts';
import { MoodleAwayError } from '#shared/operate/plan/dry-run.ts';
import { pushQueue } from '#shared/store/queues/work-queues.ts';

interface DriftOptions {
  instance?: string[];
  repair?: boolean;
  yes?: boolean;
}

/** What is done about a difference that `--repair` has pushed again. */
const repairable: readonly DriftAction[] = ['push', 'hold'];

/** What one instance holds otherwise, or why that could not be found out. `queued`: mappings that are pushed again. */
export type DriftEntry =
  | { instance: string; status: 'compared'; findings: Finding[]; queued: number }
  | UnknownInstance;

/** What was found out of all Moodles. */
export interface DriftData {
  instances: DriftEntry[];
  unreadable: string[];
}

/** Compares all instances, one after another, and has repaired what is to be repaired. */
export async function drift(
  context: CommandContext,
  options: DriftOptions,
): Promise<CommandResult<DriftData>> {
  const deployment = await context.deployment();
  const { instances, unreadable } = await chooseInstances(deployment, options.instance);
  const entries: DriftEntry[] = await withCount('calls', (onCall) => {
    const records = new KeptRecords(deployment.records);
    return lookAtEach(instances, (instance) => compare(instance, records, deployment, onCall));
  });
  if (options.repair) await repairDrift(context, options, entries);
  const isUnknown = unreadable.length > 0 || entries.some(({ status }) => status === 'unknown');
  const isLeft = entries.some(
    (entry) => entry.status === 'compared' && entry.findings.length > 0 && entry.queued === 0,
  );
  return {
    data: { instances: entries, unreadable },
    text: [...entries.map(driftText), ...unreadable].join('\n\n'),
    exitCode: isUnknown ? exitCodes.failed : isLeft ? exitCodes.wouldChange : exitCodes.done,
  };
}

async function compare(
  instance: Instance,
  records: KeptRecords,
  deployment: Deployment,
  onCall: () => void,
): Promise<DriftEntry> {
  const { id } = instance;
  const token = await deployment.tokens.get(instance);
  const client = new MoodleClient({ baseUrl: instance.base_url, token, onCall });
  const ports: DriftPorts = {
    ...{ client, records, links: records, services, log: deployment.log },
    mappings: deployment.mappings,
    holdsOf: async (service) => (await deployment.instances.getBrake(id, service)).holds,
    queue: deployment.open(pushQueue),
    clock: { now: deployment.now },
  };
  const options = { repairs: false };
  try {
    const { findings } = await compareWithMoodle(instance, undefined, ports, options);
    await deployment.instanceStates.noteCompared(id, new Date(deployment.now()).toISOString());
    return { instance: id, status: 'compared', findings, queued: 0 };
  } catch (error) {
    throw isInstanceFailure(error) ? new MoodleAwayError(failureOf(error)) : error;
  }
}

/** What a repair would have pushed again. */
export function toRepair(entry: DriftEntry): Finding[] {
  return entry.status === 'compared'
    ? entry.findings.filter(({ action }) => repairable.includes(action))
    : [];
}

/** Has pushed again what comparisons have found, once that is confirmed; notes in the entries how much that is. */
export async function repairDrift(
  context: CommandContext,
  options: Pick<DriftOptions, 'yes'>,
  entries: readonly DriftEntry[],
): Promise<void> {
  const deployment = await context.deployment();
  const meant = entries.flatMap(toRepair);
  if (meant.length === 0) return;
  await confirmed(context, options, `${meant.length} differences would be repaired in Moodle.`);
  for (const entry of entries) {
    const records = [...new Set(toRepair(entry).map(({ idnumber }) => idnumber))];
    if (entry.status !== 'compared' || records.length === 0) continue;
    await noteAction(deployment, 'drift --repair', new Map([[entry.instance, records]]));
    const ports = { mappings: deployment.mappings, queue: deployment.open(pushQueue) };
    entry.queued = await repairNoted(entry.instance, repairable, ports);
  }
}

/** Findings of a kind that are listed for people; `--json` has them all. */
const mostListed = 30;

const actions = {
  push: 'pushed again',
  keep: 'kept',
  hold: 'waits for --repair',
  conflict: 'to be settled in Moodle',
} as const;

/** What differs in a Moodle, for people: by kind, with both sides. */
export function driftText(entry: DriftEntry): string {
  if (entry.status === 'unknown') {
    return unknownText(`${entry.instance}: it could not be compared.`, entry);
  }
  const { instance, findings, queued } = entry;
  if (findings.length === 0) return `${instance}: Moodle holds what was pushed.`;
  const parts = [...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, own]) => {
    const shown = own.slice(0, mostListed);
    const more = own.length - shown.length;
    return [
      `${driftWords[kind]} (${own.length})`,
      table(
        ['', 'what', 'OpenEduCat', 'Moodle', ''],
        shown.map(({ idnumber, about = '', in_erp, in_moodle, action }) => [
          idnumber,
          about,
          valueWords(in_erp),
          valueWords(in_moodle),
          actions[action],
        ]),
      ),
      ...(more > 0 ? [`… and ${more} more: --json lists them all.`] : []),
    ].join('\n');
  });
  return [
    `${instance}: Moodle holds something else in ${findings.length} ${findings.length === 1 ? 'place' : 'places'}.`,
    ...parts,
    ...(queued > 0 ? [`${queued} mappings are queued to be pushed again.`] : []),
  ].join('\n\n');
}
