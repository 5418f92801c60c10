import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Kit } from '../kit.ts';

const command = fileURLToPath(new URL('../../../cli/oec-moodle.mjs', import.meta.url));

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
 * Runs `oec-moodle` as a process of its own against the kit's embedded cloud, as an operator would with
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
  const child = spawn(process.execPath, [command, ...args], {
    env: {
      PATH: process.env.PATH,
      TZ: 'America/Bogota',
      NODE_COMPILE_CACHE: `${process.env.TMPDIR ?? '/tmp'}/oec-moodle-cli-compile-cache`,
      AWS_ENDPOINT_URL: kit.cloud.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'operator',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
    if (interruptAt !== undefined && output.stderr.includes(interruptAt)) child.kill('SIGINT');
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const stderr = output.stderr.replace(progressLine, '');
  return { code, stdout: output.stdout, stderr, json: () => JSON.parse(output.stdout) };
}
