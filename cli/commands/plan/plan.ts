import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { dryRunPorts } from '#cli/connection/dry-run-ports.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { chooseInstances, type InstanceProblem, problemOf } from '#cli/instances.ts';
import { DryRunProgress } from '#cli/output/dry-run-progress.ts';
import { withProgress } from '#cli/output/progress.ts';
import type { PushedModel } from '#shared/models/models.ts';
import { servicesOfModel } from '#shared/models/models.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { DryRunPorts } from '#shared/operate/plan/dry-run.ts';
import { type InstancePlan, planInstance } from '#shared/operate/plan/instance-plan.ts';
import { RecordSnapshot } from '#shared/operate/plan/record-snapshot.ts';
import { planText } from './plan-text.ts';

interface PlanOptions {
  instance?: string[];
  model?: PushedModel;
  details?: boolean;
}

/** The plan of one instance, or why there is none. `changes` is only there where details were asked for. */
export type PlanEntry =
  | ({ instance: string; is_paused: boolean; status: 'planned' } & Omit<InstancePlan, 'changes'> &
      Partial<Pick<InstancePlan, 'changes'>>)
  | { instance: string; is_paused: boolean; status: 'unknown'; problem: InstanceProblem };

/** Plans all instances, one after another. One whose Moodle does not answer does not keep the others from it. */
export async function plan(context: CommandContext, options: PlanOptions): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { instances, unreadable } = await chooseInstances(deployment, options.instance);
  const services = servicesOfModel(options.model);
  const entries = await withProgress('records', async (progress) => {
    const shown = new DryRunProgress(progress);
    const records = new RecordSnapshot(deployment.records, shown.read);
    const planned: PlanEntry[] = [];
    for (const instance of instances)
      planned.push(await entryOf(instance, services, records, deployment, shown.next()));
    return planned;
  });
  const isUnknown = unreadable.length > 0 || entries.some(({ status }) => status === 'unknown');
  const wouldChange = entries.some((entry) => entry.status === 'planned' && entry.would_change);
  const shown = entries.map((entry) => (options.details ? entry : withoutDetails(entry)));
  return {
    data: { instances: shown, unreadable },
    text: [...shown.map(planText), ...unreadable].join('\n\n'),
    exitCode: isUnknown ? exitCodes.failed : wouldChange ? exitCodes.wouldChange : exitCodes.done,
  };
}

async function entryOf(
  instance: Instance,
  services: readonly ServiceName[],
  records: RecordSnapshot,
  deployment: Deployment,
  onProgress: DryRunPorts['onProgress'],
): Promise<PlanEntry> {
  const about = { instance: instance.id, is_paused: instance.status === 'paused' };
  try {
    const ports = await dryRunPorts(deployment, instance, records);
    const planned = await planInstance(instance, services, { ...ports, onProgress });
    return { ...about, status: 'planned', ...planned };
  } catch (error) {
    return { ...about, status: 'unknown', problem: problemOf(error) };
  }
}

function withoutDetails(entry: PlanEntry): PlanEntry {
  if (entry.status === 'unknown') return entry;
  const { changes: _changes, ...rest } = entry;
  return rest;
}
