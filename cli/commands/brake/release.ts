import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { chosenInstance } from '#cli/instances.ts';
import { noteAction } from '#cli/note-action.ts';
import { usageError } from '#cli/operator-error.ts';
import { inWords } from '#cli/options.ts';
import { confirmed } from '#cli/prompts.ts';
import { type BrakedService, isMarkBrake, markBrakes } from '#shared/moodle/brakes.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { type BrakeState, keepHeld, releaseBrake } from '#shared/sync/limits/brake.ts';
import { changeShared } from '#shared/sync/limits/shared-state.ts';
import { type Held, heldIn } from './held.ts';
import { type BrakeReading, readBrakes } from './read-brakes.ts';

/** So many of what is held are named. */
const named = 10;

export interface ReleaseOptions {
  /** Milliseconds. */
  for: number;
  /** What is held stays, and the brake is off. */
  keep?: boolean;
  yes?: boolean;
}

/** What a brake holds, and how it stands. */
export interface ReleasePlan {
  brake: BrakeReading;
  held: Held;
}

/** What would go on, or be kept; nothing is changed. @throws OperatorError where there is no such Moodle */
export async function planRelease(
  { deployment }: Pick<CommandContext, 'deployment'>,
  id: string,
  service: BrakedService,
): Promise<ReleasePlan> {
  const connected = await deployment();
  const instance = await chosenInstance(connected, id);
  const heldBy = heldIn(connected, instance);
  const [brake] = await readBrakes(connected, instance, heldBy, [service]);
  return { held: await heldBy(service), brake: brake! };
}

/** What has become of it. */
export interface ReleaseData {
  instance: string;
  service: BrakedService;
  /** ISO 8601 in UTC: one of the two. */
  released_until?: string;
  kept_until?: string;
  held: number;
  queued: number;
}

/**
 * Gives the operator's word: for some time everything may be taken away, and what is held goes on at once; or, of marks,
 * what is held stays for good.
 */
export async function releaseBrakeOf(
  context: CommandContext,
  options: ReleaseOptions,
  id: string,
  service: BrakedService,
): Promise<CommandResult<ReleaseData>> {
  const deployment = await context.deployment();
  const instance = await chosenInstance(deployment, id);
  const { held, brake } = await planRelease(context, id, service);
  const { keep: isKept = false } = options;
  if (isKept && !held.keep) throw usageError('What a push would take away cannot be kept.', putRight);
  const meant = isKept ? keptText(options.for) : releasedText(brake, options.for);
  await confirmed(context, options, `${heldText(held)} ${meant}`);
  const what = `brake release ${service}${isKept ? ' --keep' : ''}`;
  await noteAction(deployment, what, new Map([[id, held.records]]));
  const until = deployment.now() + options.for;
  // What is taken back in the records is deleted in the ERP a moment later: that needs no second word.
  for (const each of service === 'marks' ? markBrakes : [service]) {
    await changeBrake(deployment, id, each, (state) =>
      isKept ? keepHeld(state, until) : releaseBrake(state, until),
    );
  }
  let queued = 0;
  if (isKept) await held.keep?.();
  else if (instance.status === 'active') queued = await held.goOn();
  const at = new Date(until).toISOString();
  return {
    data: {
      instance: id,
      service,
      [isKept ? 'kept_until' : 'released_until']: at,
      held: held.count,
      queued,
    },
    text: isKept
      ? `The brake of ${service} in ${id} is off, and what it held stays: ${held.count}.`
      : `The brake of ${service} in ${id} is released until ${at} (UTC). ${nextText(instance, service, held.count)}`,
  };
}

async function changeBrake(
  { instances }: Deployment,
  id: string,
  service: BrakedService,
  next: (state: BrakeState) => BrakeState,
): Promise<void> {
  const read = () => instances.getBrake(id, service);
  await changeShared({ read, save: (state) => instances.saveBrake(id, service, state) }, next);
}

const putRight = 'Put the records right in the ERP, and nothing of it is taken away.';

function heldText({ count, names }: Held): string {
  if (count === 0) return 'Nothing is held now.';
  const others = names.length > named ? ` and ${names.length - named} others` : '';
  return `Held are ${count}: ${names.slice(0, named).join(', ')}${others}.`;
}

function keptText(milliseconds: number): string {
  return `Whatever Moodle takes back in the next ${inWords(milliseconds)} stays in the ERP as it is.`;
}

function releasedText({ service, in_moodle: all, limit }: BrakeReading, milliseconds: number): string {
  const until = `for ${inWords(milliseconds)}`;
  return isMarkBrake(service)
    ? `There are ${all} ${service}, and ${limit} may be taken back in an hour. Released, all that are empty in Moodle ` +
        `are taken back ${until}, in the ERP too.`
    : `In Moodle are ${all} ${service}, and ${limit} may be taken away in an hour. Released, whatever the ERP's records ` +
        `ask for is suspended, hidden or unenrolled ${until}.`;
}

function nextText({ id, status }: Instance, service: BrakedService, held: number): string {
  if (held === 0) return 'Nothing was held.';
  if (status !== 'active') {
    return `${held} are held; they go on once ${id} is resumed (it is ${status}), if the brake is still released then.`;
  }
  return `${held} that were held are ${isMarkBrake(service) ? 'taken back' : 'pushed'} now.`;
}
