import type { CommandContext, CommandResult } from '#cli/command.ts';
import { noteAction, ofNoInstance } from '#cli/note-action.ts';
import { withProgress } from '#cli/output/progress.ts';
import { confirmed } from '#cli/prompts.ts';
import { erase, obstaclesTo } from '#shared/operate/person/erase.ts';
import { isEmpty } from '#shared/operate/person/held.ts';
import { elsewhere, findHeld, sayElsewhere, sayHeld } from './held.ts';

export interface EraseOptions {
  dryRun?: boolean;
  anyway?: boolean;
  yes?: boolean;
}

/** Deletes what is held of a person, unless something stands in the way. */
export async function erasePerson(
  context: CommandContext,
  options: EraseOptions,
  idnumber: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { person, held, store, records } = await findHeld(deployment, idnumber);
  const places = await elsewhere(deployment, person, held);
  const rest = ['What stays elsewhere:', ...sayElsewhere(places)];
  if (isEmpty(held))
    return {
      data: { person, erased: null, obstacles: [], elsewhere: places },
      text: [`Nothing is held of ${idnumber} in the tables.`, rest],
    };
  const obstacles = obstaclesTo(person, held).filter(({ in: side }) => side === 'erp' || !options.anyway);
  if (obstacles.length > 0 || options.dryRun)
    return {
      data: { person, erased: null, obstacles, elsewhere: places },
      text: [
        sayHeld(idnumber, held),
        obstacles.map(({ reason, advice }) => `${reason} ${advice}`),
        rest,
        'Nothing was deleted.',
      ],
      isBad: obstacles.length > 0,
    };
  await confirmed(context, options, `${sayHeld(idnumber, held)}\nThis deletes all of it, for good.`);
  // Without the person: nothing of them is to be left.
  await noteAction(deployment, 'person erase', new Map([[ofNoInstance, []]]));
  const erased = await withProgress('rows', () =>
    erase(person, held, { store, records, mappings: deployment.mappings }),
  );
  return {
    data: { person, erased, obstacles: [], elsewhere: places },
    text: [
      `Deleted of ${idnumber}: ${erased.records} marks and attendance, ${erased.mappings} mappings and notes, ` +
        `${erased.erpRows} notes of the import, ${erased.links} links, ${erased.values} values in rows of others.`,
      rest,
    ],
  };
}
