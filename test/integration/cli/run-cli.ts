import { Readable } from 'node:stream';
import { runCommand } from '#cli/run-command.ts';
import { runIn } from '#local/cloud/functions/module-environment.ts';
import type { Kit } from '../kit.ts';

/** Shown after two seconds, which a busy machine takes for anything. */
const progressLine = /^\d+ of \d+ .* …\n/gm;

/** What a run of the command printed, without lines of progress. */
export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The standard output of a run with `--json`. */
  json<Data>(): Data;
}

/**
 * Runs `oec-moodle` in this process against the kit's embedded cloud, as an operator in Bogotá would with
 * AWS_ENDPOINT_URL set.
 *
 * @param input what it reads on standard input
 * @param interruptAt Ctrl-C is sent once standard error holds this
 */
export async function runCli(
  kit: Kit,
  args: string[],
  { input = '', interruptAt }: { input?: string; interruptAt?: string } = {},
): Promise<CliRun> {
  const output = { stdout: '', stderr: '' };
  const surroundings = {
    variables: {
      AWS_ENDPOINT_URL: kit.cloud.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'operator',
    },
    write: (text: string, stream: 'stdout' | 'stderr') => {
      output[stream] += text;
      if (stream === 'stderr' && interruptAt !== undefined && output.stderr.includes(interruptAt))
        process.emit('SIGINT');
    },
    services: kit.cloud,
    offset: () => 0,
    trace: undefined,
    isGone: false,
  };
  const { exitCode } = process;
  const { TZ } = process.env;
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
  Object.defineProperty(process, 'stdin', { value: Readable.from([input]), configurable: true });
  try {
    process.exitCode = 0;
    process.env.TZ = 'America/Bogota';
    await runIn(surroundings, () => runCommand(args));
    const stderr = output.stderr.replace(progressLine, '');
    const code = Number(process.exitCode);
    return { code, stdout: output.stdout, stderr, json: () => JSON.parse(output.stdout) };
  } finally {
    process.exitCode = exitCode;
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
    Object.defineProperty(process, 'stdin', stdin);
  }
}
