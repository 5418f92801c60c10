import { Command } from 'commander';
import { type CommandContext, type CommandResult, runs } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { withCount } from '#cli/output/progress.ts';
import { awsChecks } from './aws.ts';
import { brokenOff, type Check, type Checks, type Level, run } from './check.ts';
import { erpChecks } from './erp.ts';
import { checkInstances } from './instances.ts';

const marks: Record<Level, string> = { ok: '✓', warning: '!', failed: '✗', unknown: '?' };

/** `oec-moodle doctor`: looks at everything and says what to do. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('Checks everything from your credentials to what the ERP and each Moodle let the link do.')
    .option('--instance <id...>', 'only these Moodles')
    .addHelpText(
      'after',
      `
Nothing is changed, in AWS, in the ERP or in Moodle. They are asked from this machine: where only AWS may reach one, the
doctor says so, and what the functions have found stands beside it.

✓  all is well
!  a person should look
✗  something does not work, and the exit code is 1
?  cannot be told from here

Examples:
  oec-moodle doctor
  oec-moodle doctor --instance main
  oec-moodle doctor --json | jq '.checks[] | select(.level == "failed")'`,
    );
  return runs(command, examine);
}

async function examine(
  context: CommandContext,
  { instance = [] }: { instance?: string[] },
): Promise<CommandResult> {
  const checks = await withCount('checks and mappings', (onLook) => lookAt(context, instance, onLook));
  const count = (level: Level) => checks.filter((check) => check.level === level).length;
  const counts = {
    ok: count('ok'),
    warnings: count('warning'),
    failed: count('failed'),
    unknown: count('unknown'),
  };
  return {
    data: { checks, ...counts },
    text: `${listOf(checks)}\n\n${counts.failed} failed, ${counts.warnings} to look at, ${counts.unknown} unknown, ${counts.ok} fine.`,
    isBad: counts.failed > 0,
  };
}

async function lookAt(
  context: CommandContext,
  instances: readonly string[],
  onLook: (count: number) => void,
): Promise<Check[]> {
  let deployment: Deployment;
  try {
    deployment = await context.deployment();
  } catch (error) {
    // Without a stack there is nothing else to look at: that is the finding then.
    return [{ subject: 'AWS', ...brokenOff('The connection to AWS', error) }];
  }
  const ofSubject = async (subject: string, checks: Checks) => {
    const said = await run(checks);
    onLook(said.length);
    return said.map((one): Check => ({ subject, ...one }));
  };
  const checks = [
    ...(await ofSubject('AWS', awsChecks(deployment))),
    ...(await ofSubject('ERP', erpChecks(deployment))),
  ];
  try {
    return [...checks, ...(await checkInstances(deployment, instances, onLook))];
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    // The table of instances could not be read: the rest is worth knowing all the same.
    return [...checks, { subject: 'AWS', ...brokenOff('The instances', error) }];
  }
}

function listOf(checks: readonly Check[]): string {
  const subjects = [...Map.groupBy(checks, ({ subject }) => subject)];
  return subjects.map(([subject, all]) => [subject, ...all.map(lineOf)].join('\n')).join('\n\n');
}

function lineOf({ level, message, advice }: Check): string {
  const line = `  ${marks[level]} ${message}`;
  return advice === undefined ? line : `${line}\n    → ${advice}`;
}
