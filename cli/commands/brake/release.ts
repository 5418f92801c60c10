import { InvalidArgumentError } from 'commander';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import { confirmed } from '#cli/confirm.ts';
import { chosenInstance } from '#cli/instances/instance-argument.ts';
import { inWords, parseDuration } from '#cli/watch/duration.ts';
import { type BrakedService, releaseBrake } from '#shared/engine/brake.ts';
import type { Instance } from '#shared/engine/instance.ts';
import { releaseHeld } from '#shared/engine/release.ts';
import { changeShared } from '#shared/engine/shared-state.ts';
import { pushQueue } from '#shared/store/push-queue.ts';
import { heldBy, readBrakes } from './read-brakes.ts';

const hour = 60 * 60 * 1000;
const longest = 24 * hour;
/** So many of what is held are named. */
const named = 10;

export interface ReleaseOptions {
  /** Milliseconds. */
  for: number;
  yes?: boolean;
}

/** Gives the operator's word: for some time everything may be taken away, and what is held goes on at once. */
export async function releaseBrakeOf(
  context: CommandContext,
  options: ReleaseOptions,
  id: string,
  service: BrakedService,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { instances, mappings, clients, outputs } = deployment;
  const instance = await chosenInstance(deployment, id);
  const held = await heldBy(deployment, id, service);
  const brake = (await readBrakes(deployment, instance)).find((reading) => reading.service === service)!;
  if (!options.yes) {
    const idnumbers = held.map(({ idnumber }) => idnumber);
    await confirmed(
      context,
      options,
      `${heldText(idnumbers)} In Moodle are ${brake.in_moodle} ${service}, and ${brake.limit} may be taken away in an ` +
        `hour. Released, whatever the ERP's records ask for is suspended, hidden or unenrolled for ${inWords(options.for)}.`,
    );
  }
  const until = deployment.now() + options.for;
  await changeShared(
    {
      read: () => instances.getBrake(id, service),
      save: (state) => instances.saveBrake(id, service, state),
    },
    (state) => releaseBrake(state, until),
  );
  const queued =
    instance.status === 'active'
      ? await releaseHeld(id, service, { mappings, queue: pushQueue(clients.sqs, outputs.PushQueueUrl) })
      : 0;
  const releasedUntil = new Date(until).toISOString();
  return {
    data: { instance: id, service, released_until: releasedUntil, held: held.length, queued },
    text: `The brake of ${service} in ${id} is released until ${releasedUntil} (UTC). ${nextText(instance, held.length)}`,
  };
}

/** How long a brake may be released, in milliseconds. @throws InvalidArgumentError */
export function parseRelease(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds > longest) throw new InvalidArgumentError('At most 24h: the brake is there to be on.');
  return milliseconds;
}

function heldText(idnumbers: string[]): string {
  if (idnumbers.length === 0) return 'Nothing is held now.';
  const others = idnumbers.length > named ? ` and ${idnumbers.length - named} others` : '';
  return `Held are ${idnumbers.length}: ${idnumbers.slice(0, named).join(', ')}${others}.`;
}

function nextText({ id, status }: Instance, held: number): string {
  if (held === 0) return 'Nothing was held.';
  if (status !== 'active') {
    return `${held} are held; they go on once ${id} is resumed (it is ${status}), if the brake is still released then.`;
  }
  return `${held} that were held are pushed now.`;
}
