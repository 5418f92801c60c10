import type { CommandContext, CommandResult } from '#cli/command.ts';
import { table } from '#cli/output/table.ts';

/** All instances with their last check; rows that cannot be read are told of and make the exit code 1. */
export async function listInstances(context: CommandContext): Promise<CommandResult> {
  const { instanceStates } = await context.deployment();
  const { instances, unreadable } = await instanceStates.list();
  const rows = instances
    .map(({ instance, state }) => ({
      id: instance.id,
      base_url: instance.base_url,
      status: instance.status,
      health: state.health?.status,
      release: state.health?.release,
      last_successful_sync: state.last_successful_sync,
    }))
    .toSorted((a, b) => a.id.localeCompare(b.id));
  const problems = unreadable.map(({ message }) => message);
  const shown = rows.map((row) => [
    row.id,
    row.base_url,
    row.status,
    row.health ?? 'not checked yet',
    row.release ?? '',
    row.last_successful_sync ?? '',
  ]);
  const columns = ['instance', 'address', 'status', 'health', 'Moodle', 'last success (UTC)'];
  const none = 'No Moodle is registered. `oec-moodle instance add` registers one.';
  return {
    data: { instances: rows, unreadable: problems },
    text: [rows.length === 0 ? none : table(columns, shown), problems],
    isBad: problems.length > 0,
  };
}
