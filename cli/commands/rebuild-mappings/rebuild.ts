import type { CommandContext, CommandResult } from '#cli/command.ts';
import { dryRunEach, type UnknownInstance, unknownText } from '#cli/dry-run.ts';
import { chooseInstances } from '#cli/instances.ts';
import { noteAction } from '#cli/note-action.ts';
import { firstOf } from '#cli/output/lines.ts';
import { withProgress } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import { confirmed } from '#cli/prompts.ts';
import { type Rebuild, type RebuiltService, rebuildMappings } from '#shared/operate/plan/rebuild/rebuild.ts';
import { storeRows } from '#shared/operate/plan/rebuild/store-rows.ts';

interface RebuildOptions {
  instance?: string[];
  dryRun?: boolean;
  force?: boolean;
  yes?: boolean;
}

/** What was rebuilt in one instance, or why nothing could be. `stored` counts mappings. */
export type RebuildEntry =
  | ({ instance: string; status: 'rebuilt'; stored: number } & Omit<Rebuild, 'rows'>)
  | UnknownInstance;

/** Rebuilds the mappings of instances, after the operator has confirmed what was found. */
export async function rebuild(context: CommandContext, options: RebuildOptions): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { instances, unreadable } = await chooseInstances(deployment, options.instance);
  const force = options.force === true;
  const isDryRun = options.dryRun === true;
  const rowsOf = new Map<string, Rebuild['rows']>();
  const entries: RebuildEntry[] = await dryRunEach(deployment, instances, async (instance, ports) => {
    const { rows, ...found } = await rebuildMappings(instance, ports, { force });
    rowsOf.set(instance.id, rows);
    return { instance: instance.id, status: 'rebuilt' as const, stored: 0, ...found };
  });
  const total = [...rowsOf.values()].flat().length;
  if (total > 0 && !isDryRun) {
    await confirmed(
      context,
      options,
      `${total} mappings of ${[...rowsOf.keys()].join(', ')} would be stored.`,
    );
    await noteAction(
      deployment,
      'rebuild-mappings',
      new Map([...rowsOf].map(([id, rows]) => [id, rows.map(({ mapping }) => mapping.idnumber)])),
    );
    await withProgress('mappings', async ({ update: onProgress }) => {
      for (const entry of entries) {
        const rows = rowsOf.get(entry.instance);
        if (entry.status === 'unknown' || !rows) continue;
        entry.stored = await storeRows(entry.instance, rows, deployment.mappings, { force, onProgress });
      }
    });
  }
  return {
    data: { is_dry_run: isDryRun, instances: entries, unreadable },
    text: [...entries.map((entry) => rebuildText(entry, isDryRun)), ...unreadable].join('\n\n'),
    isBad: unreadable.length > 0 || entries.some(({ status }) => status === 'unknown'),
  };
}

/** People that are listed; `--json` has them all. */
const mostListed = 20;

/** What was rebuilt, for people. */
function rebuildText(entry: RebuildEntry, isDryRun: boolean): string {
  if (entry.status === 'unknown') {
    return unknownText(`${entry.instance}: nothing was rebuilt.`, entry);
  }
  const { instance, stored, services, unasked, unclear, twins } = entry;
  return [
    `${instance}: ${isDryRun ? 'nothing was stored, this is what was found.' : `${stored} mappings were stored.`}`,
    serviceTable(services),
    ...listed(
      unclear.map(({ idnumber, reason, advice }) => `${idnumber}: ${reason} ${advice}`),
      'Not stored, because two sides claim one thing:',
    ),
    ...listed(
      twins.map(({ reason, advice }) => `${reason} ${advice}`),
      'More than once in Moodle; the mapping leads to the one in use:',
    ),
    ...listed(
      unasked.map(({ person, course }) => `${person} in ${course}`),
      'Enrolled though no record asks for it, and left as it is (by hand, or ended meanwhile):',
    ),
  ].join('\n');
}

function serviceTable(services: RebuiltService[]): string {
  const counts = ['synced', 'with_differences', 'already_there', 'not_in_moodle'] as const;
  const titles = ['synced', 'with differences', 'already there', 'not in Moodle'];
  return table(
    ['', ...titles],
    services.map((each) => [each.service, ...counts.map((name) => each[name] || '')]),
  );
}

function listed(lines: string[], title: string): string[] {
  if (lines.length === 0) return [];
  return [title, ...firstOf(lines, mostListed).map((line) => `  ${line}`)];
}
