import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { dryRunPorts } from '#cli/connection/dry-run-ports.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { chooseInstances, type InstanceProblem, problemOf } from '#cli/instances.ts';
import { DryRunProgress } from '#cli/output/dry-run-progress.ts';
import { withProgress } from '#cli/output/progress.ts';
import { confirmed } from '#cli/prompts.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { type Rebuild, rebuildMappings } from '#shared/operate/plan/rebuild/rebuild.ts';
import { storeRows } from '#shared/operate/plan/rebuild/store-rows.ts';
import { RecordSnapshot } from '#shared/operate/plan/record-snapshot.ts';
import { rebuildText } from './rebuild-text.ts';

interface RebuildOptions {
  instance?: string[];
  dryRun?: boolean;
  force?: boolean;
  yes?: boolean;
}

/** What was rebuilt in one instance, or why nothing could be. `stored` counts mappings. */
export type RebuildEntry =
  | ({ instance: string; status: 'rebuilt'; stored: number } & Pick<
      Rebuild,
      'services' | 'unasked' | 'unclear' | 'twins'
    >)
  | { instance: string; status: 'unknown'; problem: InstanceProblem };

/** Rebuilds the mappings of instances, after the operator has confirmed what was found. */
export async function rebuild(context: CommandContext, options: RebuildOptions): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { instances, unreadable } = await chooseInstances(deployment, options.instance);
  const force = options.force === true;
  const found = await withProgress('records', (progress) =>
    look(instances, deployment, force, new DryRunProgress(progress)),
  );
  const rebuilt = found.filter((each): each is Found => 'rebuild' in each);
  const total = rebuilt.reduce((sum, each) => sum + each.rebuild.rows.length, 0);
  const stored = new Map<string, number>();
  if (total > 0 && !options.dryRun) {
    const ids = rebuilt.map(({ instance }) => instance.id).join(', ');
    await confirmed(context, options, `${total} mappings of ${ids} would be stored.`);
    await withProgress('mappings', async (progress) => {
      for (const {
        instance,
        rebuild: { rows },
      } of rebuilt) {
        const onProgress = progress.update.bind(progress);
        stored.set(
          instance.id,
          await storeRows(instance.id, rows, deployment.mappings, { force, onProgress }),
        );
      }
    });
  }
  const entries = found.map((each): RebuildEntry => {
    if ('problem' in each) return { instance: each.instance.id, status: 'unknown', problem: each.problem };
    const { services, unasked, unclear, twins } = each.rebuild;
    const { id } = each.instance;
    return {
      instance: id,
      status: 'rebuilt',
      stored: stored.get(id) ?? 0,
      services,
      unasked,
      unclear,
      twins,
    };
  });
  const isUnknown = unreadable.length > 0 || entries.some(({ status }) => status === 'unknown');
  return {
    data: { is_dry_run: options.dryRun === true, instances: entries, unreadable },
    text: [...entries.map((entry) => rebuildText(entry, options.dryRun === true)), ...unreadable].join(
      '\n\n',
    ),
    exitCode: isUnknown ? exitCodes.failed : exitCodes.done,
  };
}

type Found = { instance: Instance; rebuild: Rebuild };

async function look(
  instances: Instance[],
  deployment: Deployment,
  force: boolean,
  progress: DryRunProgress,
): Promise<(Found | { instance: Instance; problem: InstanceProblem })[]> {
  const records = new RecordSnapshot(deployment.records, progress.read);
  const found: Awaited<ReturnType<typeof look>> = [];
  for (const instance of instances) {
    try {
      const ports = await dryRunPorts(deployment, instance, records);
      const onProgress = progress.next();
      found.push({ instance, rebuild: await rebuildMappings(instance, { ...ports, onProgress }, { force }) });
    } catch (error) {
      found.push({ instance, problem: problemOf(error) });
    }
  }
  return found;
}
