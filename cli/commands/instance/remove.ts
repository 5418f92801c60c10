import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { writtenSettings } from '#cli/instances.ts';
import { noteAction } from '#cli/note-action.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { withCount } from '#cli/output/progress.ts';
import { confirmed } from '#cli/prompts.ts';
import { tokenSecrets } from '#shared/store/secrets/token-secrets.ts';
import { secretNameOf } from '#shared/store/secrets/tokens.ts';
import { keptDecisions } from '#shared/store/tables/kept-decisions.ts';
import { eachPage } from '#shared/sync/each-page.ts';

export interface RemoveOptions {
  withToken?: boolean;
  withMappings?: boolean;
  yes?: boolean;
}

/** As long as Secrets Manager can. */
const recoveryDays = 30;
/** All rows of an instance: mappings (`oec_…`), and what the pulls remember (`pull/…`). */
const everything = { from: ' ', to: '~' };

/** Forgets an instance. Nothing in Moodle is touched. */
export async function removeInstance(
  context: CommandContext,
  options: RemoveOptions,
  id: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { instances, outputs, clients } = deployment;
  // Not parsed: a row that cannot be read can be removed as well.
  const settings = await writtenSettings(deployment, id);
  if (settings.status !== 'disabled') {
    throw new OperatorError(
      `${id} is not disabled: workers may be at it.`,
      `Disable it first with \`oec-moodle instance disable ${id}\`.`,
    );
  }
  const secret = secretNameOf(
    { id, secret_name: typeof settings.secret_name === 'string' ? settings.secret_name : undefined },
    outputs.SecretPrefix,
  );
  if (options.withToken) await requireOwnSecret(deployment, id, secret);
  await confirmed(context, options, consequences(id, secret, options));
  await noteAction(deployment, 'instance remove', new Map([[id, []]]));
  const mappings = options.withMappings ? await removeMappings(deployment, id) : 0;
  const isTokenRemoved = options.withToken
    ? await tokenSecrets(clients.secrets).remove(secret, recoveryDays)
    : false;
  await instances.remove(id);
  return {
    data: {
      instance: id,
      removed: true,
      mappings_removed: mappings,
      token_removed: isTokenRemoved,
      secret_name: secret,
    },
    text: [
      `${id} is removed. Nothing in Moodle was touched.`,
      options.withMappings
        ? `${mappings} mappings are deleted.`
        : 'Its mappings are kept: registered again under the same id, for the same Moodle, it goes on where it was.',
      tokenText(options, isTokenRemoved, secret),
    ],
  };
}

/** A secret that another instance names is not this one's to delete. */
async function requireOwnSecret(
  { instances, outputs }: Deployment,
  id: string,
  secret: string,
): Promise<void> {
  const others = (await instances.list()).instances.filter((instance) => instance.id !== id);
  const user = others.find((instance) => secretNameOf(instance, outputs.SecretPrefix) === secret);
  if (!user) return;
  throw new OperatorError(`The secret ${secret} is used by ${user.id} as well.`, 'Leave out --with-token.');
}

function consequences(id: string, secret: string, { withToken, withMappings }: RemoveOptions): string {
  const parts = [
    `the settings of ${id}`,
    ...(withMappings ? ['its mappings, for good'] : []),
    ...(withToken ? [`the secret ${secret} (it can be restored for ${recoveryDays} days)`] : []),
  ];
  return `This deletes ${parts.join(', ')}.`;
}

function tokenText({ withToken }: RemoveOptions, isRemoved: boolean, secret: string): string {
  if (!withToken) return `Its token stays in the secret ${secret}; revoke it in Moodle if it is not needed.`;
  if (!isRemoved) return `There was no secret ${secret}.`;
  return (
    `The secret ${secret} is gone in ${recoveryDays} days; until then \`aws secretsmanager restore-secret\` brings it ` +
    'back. Revoke the token in Moodle.'
  );
}

/** @returns how many were deleted, without the rows of the pulls */
function removeMappings({ mappings, open }: Deployment, id: string): Promise<number> {
  return withCount('mappings', async (counted) => {
    let removed = 0;
    for await (const page of eachPage((after) => mappings.page(id, { ...everything, after }))) {
      const idnumbers = page.mappings.map(({ idnumber }) => idnumber);
      await mappings.remove(id, idnumbers);
      removed += idnumbers.filter((idnumber) => idnumber.startsWith('oec_')).length;
      counted(idnumbers.length);
    }
    // What was decided in adopt is of these mappings.
    const decisions = open(keptDecisions);
    for (const decision of await decisions.list(id)) await decisions.forget(id, decision);
    return removed;
  });
}
