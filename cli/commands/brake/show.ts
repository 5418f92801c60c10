import type { CommandContext, CommandResult } from '#cli/command.ts';
import { chosenInstances } from '#cli/instances.ts';
import { table } from '#cli/output/table.ts';
import { isMarkBrake } from '#shared/moodle/brakes.ts';
import { type BrakeReading, readBrakes } from './read-brakes.ts';

/** How the brakes stand; exit code 1 where one waits for the operator's word. */
export async function showBrakes(
  context: CommandContext,
  _options: object,
  id: string | undefined,
): Promise<CommandResult<{ brakes: BrakeReading[]; unreadable: string[] }>> {
  const deployment = await context.deployment();
  const { instances, unreadable } = await chosenInstances(deployment, id === undefined ? [] : [id]);
  const brakes = (await Promise.all(instances.map((instance) => readBrakes(deployment, instance)))).flat();
  const areOn = brakes.filter(({ is_on }) => is_on);
  return {
    data: { brakes, unreadable },
    text: [
      brakes.length === 0 ? 'No Moodle is registered.' : brakesTable(brakes),
      unreadable,
      areOn.map(adviceFor),
    ],
    isBad: areOn.length > 0 || unreadable.length > 0,
  };
}

function brakesTable(brakes: BrakeReading[]): string {
  return table(
    ['instance', 'of', 'brake', 'held', 'taken this hour', 'limit', 'in Moodle'],
    brakes.map((brake) => [
      brake.instance,
      brake.service,
      stateOf(brake),
      brake.held,
      brake.taken_this_hour,
      brake.limit,
      brake.in_moodle,
    ]),
  );
}

function stateOf({ is_on, engaged_at, released_until }: BrakeReading): string {
  if (released_until) return `released until ${released_until}`;
  return is_on ? `ON since ${engaged_at}` : 'off';
}

function adviceFor({ instance, service }: BrakeReading): string {
  if (isMarkBrake(service)) {
    return (
      `The brake of ${service} in ${instance} is on: unusually many marks are empty in Moodle, and none of them is taken ` +
      `back. Was a course reset, or have teachers meant it? \`oec-moodle brake release ${instance} ${service}\` takes them ` +
      'back, with --keep they stay in the ERP.'
    );
  }
  return (
    `The brake of ${service} in ${instance} is on: more would have been suspended, hidden or unenrolled than may be ` +
    'in an hour. Were records deleted or closed by mistake? Put them right in the ERP, and all is well. If it is ' +
    `meant: \`oec-moodle brake release ${instance} ${service}\`.`
  );
}
