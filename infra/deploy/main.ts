// `npm run deploy`: shows what would change, refuses what would fail or lose something, and then has CDK deploy.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Command } from 'commander';
import { knownError } from '#cli/connection/known-error.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { confirmed } from '#cli/prompts.ts';
import { type Config, ConfigError, configFile, readConfig } from '#infra/config.ts';
import { projectRoot } from '#infra/project-root.ts';
import { stackName } from '#infra/stack.ts';
import { synthesize, type Template } from '#infra/synthesize.ts';
import { documentClient } from '#shared/store/documents.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { carryOverTokens } from './carry-over-tokens.ts';
import { runCdk } from './cdk.ts';
import { type ConcurrencyLimit, keptUnreserved, lackingConcurrency, reservedIn } from './concurrency.ts';
import { type DeployedStack, readDeployedStack } from './deployed-stack.ts';
import { losses } from './losses.ts';

interface Options {
  context: string[];
  region?: string;
  profile?: string;
  acceptLoss?: boolean;
  yes?: boolean;
}

const command = new Command('npm run deploy --')
  .description(
    'Shows what a deployment would change, and deploys it once you agree. Nothing is deployed that would fail for want ' +
      'of concurrency, or would take away tables, secrets, queues or the mails of alarms.',
  )
  .option(
    '-c, --context <option=value>',
    `an option in place of that in ${configFile} (docs/deploy.md)`,
    (one: string, others: string[]) => [...others, one],
    [],
  )
  .option('--region <region>', 'where the stack is')
  .option('--profile <profile>', 'the AWS profile to use')
  .option('--accept-loss', 'take away what the stack holds, if that is meant')
  .option('--yes', 'do not ask')
  .addHelpText('after', '\nAnything else is handed on to `cdk deploy`.')
  .allowUnknownOption()
  .allowExcessArguments()
  .action(deploy);

try {
  await command.parseAsync();
} catch (error) {
  const known = knownError(error);
  if (!known && !(error instanceof ConfigError)) throw error;
  console.error(known ? `${known.message}\n${known.advice}` : (error as Error).message);
  process.exitCode = 1;
}

async function deploy(options: Options): Promise<void> {
  const config = readConfig(Object.fromEntries(options.context.map(asOption)), projectRoot);
  const stack = stackName(config);
  const settings = {
    ...(options.region && { region: options.region }),
    ...(options.profile && { profile: options.profile }),
  };
  const cloudformation = new CloudFormationClient(settings);
  const deployed = await readDeployedStack(cloudformation, stack);
  // What protects a stack would also keep CloudFormation from clearing away a first deployment that fails.
  const isProtectedLater = !deployed && config.protected;
  await deployOnce({ ...config, protected: config.protected && !isProtectedLater }, deployed);
  if (isProtectedLater) {
    console.error(`\n${stack} is there; now it is protected from deletion.`);
    await withAssembly(config, async (app) => cdk(['deploy', '--require-approval', 'never'], app));
  }

  async function deployOnce(once: Config, before: DeployedStack | undefined): Promise<void> {
    await withAssembly(once, async (app, template) => {
      await checkConcurrency(new LambdaClient(settings), before?.template, template);
      if (before) {
        await cdk(['diff'], app);
        requireNoLoss(losses(before.template, template), options);
      }
      const what = before ? `This changes ${stack} as shown.` : `This deploys a new stack, ${stack}.`;
      const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true;
      await confirmed({ isInteractive }, options, what);
      const prefix = String(template.Outputs.SecretPrefix?.Value);
      const table = before?.outputs.InstancesTableName;
      if (table) await carryOver(table, prefix);
      await cdk(['deploy', '--require-approval', 'never', ...command.args], app);
      // A new stack may have been given tables that were there before.
      const tableNow = table ?? (await readDeployedStack(cloudformation, stack))?.outputs.InstancesTableName;
      if (!table && tableNow) await carryOver(tableNow, prefix);
    });
  }

  async function carryOver(table: string, prefix: string): Promise<void> {
    const instances = instancesStore(documentClient(settings), table);
    const carried = await carryOverTokens(instances, new SecretsManagerClient(settings), prefix);
    for (const { instance, from, to } of carried)
      console.error(
        `The token of ${instance} was copied from ${from} to ${to}, where the functions look from now on. ${from} can ` +
          'be deleted once no other stage reads it.',
      );
  }

  function cdk(args: string[], app: string): Promise<void> {
    const where = [
      ...(options.region ? ['--region', options.region] : []),
      ...(options.profile ? ['--profile', options.profile] : []),
    ];
    return runCdk([...args, '--app', app, ...where]);
  }
}

/** `-c key=value`, as CDK reads it. */
function asOption(text: string): [string, string] {
  const [key = '', ...value] = text.split('=');
  return [key, value.join('=')];
}

async function withAssembly(
  config: Config,
  work: (app: string, template: Template) => Promise<void>,
): Promise<void> {
  const outdir = await mkdtemp(join(tmpdir(), 'oec-moodle-sync-'));
  try {
    await work(outdir, synthesize({ outdir, config }).template);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function checkConcurrency(
  client: LambdaClient,
  deployed: Template | undefined,
  next: Template,
): Promise<void> {
  const { AccountLimit = {} } = await client.send(new GetAccountSettingsCommand({}));
  const limit: ConcurrencyLimit = {
    account: AccountLimit.ConcurrentExecutions ?? 0,
    unreserved: AccountLimit.UnreservedConcurrentExecutions ?? 0,
  };
  const lacking = lackingConcurrency(limit, deployed, next);
  const needed = Number(next.Outputs.ConcurrentExecutions?.Value);
  if (limit.account < needed) {
    console.error(
      `This account lets ${limit.account} functions run at a time, and the sync alone comes to ${needed}. Ask AWS for ` +
        'more (Service Quotas, Lambda, Concurrent executions): until then some are throttled when there is much to do.',
    );
  }
  if (lacking === 0) return;
  throw new OperatorError(
    `push-worker cannot set ${reservedIn(next)} concurrent executions aside: of the ${limit.account} of this account ` +
      `${limit.unreserved} are unreserved, and AWS keeps ${keptUnreserved} so.`,
    `Put "reservedConcurrency": false into ${configFile}: nothing but the guarantee is lost. Or ask AWS for ${lacking} ` +
      'more (Service Quotas, Lambda, Concurrent executions). Nothing was deployed.',
  );
}

function requireNoLoss(lost: readonly string[], { acceptLoss }: Options): void {
  if (lost.length === 0 || acceptLoss) return;
  throw new OperatorError(
    `This deployment would lose something:\n${lost.map((one) => `  ${one}`).join('\n')}`,
    `See whether ${configFile} says what it should: the right stage, erp, alarmEmail. If it is meant, add --accept-loss; ` +
      'docs/deploy.md says what then becomes of tables and secrets. Nothing was deployed.',
  );
}
