import { Command } from 'commander';
import { type CommandContext, type CommandResult, runs } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { withProgress } from '#cli/output/progress.ts';
import { checkAws } from './aws.ts';
import { type Check, isolated, type Level } from './check.ts';
import { checkErpSide } from './erp.ts';
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
  const checks = await withProgress('checks and mappings', async (progress): Promise<Check[]> => {
    let looked = 0;
    const onLook = (count: number) => {
      looked += count;
      progress.update(looked, looked);
    };
    const connected = await connection(context);
    if ('checks' in connected) return connected.checks;
    const { deployment } = connected;
    const aws = await checkAws(deployment);
    onLook(aws.length);
    try {
      const ofErp = await checkErpSide(deployment);
      onLook(ofErp.length);
      return [...aws, ...ofErp, ...(await checkInstances(deployment, instance, onLook))];
    } catch (error) {
      if (error instanceof OperatorError) throw error;
      // The table of instances could not be read: the rest is worth knowing all the same.
      const said = await isolated('The instances', () => Promise.reject(error));
      return [...aws, ...said.map((one) => ({ subject: 'AWS', ...one }))];
    }
  });
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
    exitCode: counts.failed > 0 ? exitCodes.failed : exitCodes.done,
  };
}

/** Without a stack there is nothing else to look at: that is the finding then. */
async function connection(
  context: CommandContext,
): Promise<{ deployment: Deployment } | { checks: Check[] }> {
  try {
    return { deployment: await context.deployment() };
  } catch (error) {
    const said = await isolated('The connection to AWS', () => Promise.reject(error));
    return { checks: said.map((one): Check => ({ subject: 'AWS', ...one })) };
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
