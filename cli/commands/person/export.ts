import type { CommandContext, CommandResult } from '#cli/command.ts';
import { printableJson } from '#cli/output/printable.ts';
import { writePrivateFile } from '#cli/output/private-file.ts';
import { isEmpty } from '#shared/operate/person/held.ts';
import { elsewhere, findHeld, sayElsewhere, sayHeld } from './held.ts';

/** Everything that is held of a person. */
export async function exportPerson(
  context: CommandContext,
  { output }: { output?: string },
  idnumber: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { person, held } = await findHeld(deployment, idnumber);
  const places = await elsewhere(deployment, person, held);
  const at = new Date(deployment.now()).toISOString();
  const data = { person, at, held, elsewhere: places };
  if (output !== undefined) await writePrivateFile(output, `${printableJson(data)}\n`);
  return {
    data: output === undefined ? data : { person, at, file: output },
    text: [
      isEmpty(held) ? `Nothing is held of ${idnumber} in the tables.` : sayHeld(idnumber, held),
      'Elsewhere:',
      sayElsewhere(places),
      output !== undefined && `All of it is in ${output}, which only you can read.`,
    ],
  };
}
