import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '#infra/project-root.ts';
import type { Emulator } from './emulator.ts';

const run = promisify(execFile);

/** Options of a deployment, as `-c` takes them. */
export type Options = Readonly<Record<string, string>>;

/** A stage as the emulator holds it. */
export class Deployment {
  readonly #emulator: Emulator;
  readonly #options: Options;
  readonly stack: string;
  /** The stack's outputs, as they were when it was deployed last. */
  outputs: Record<string, string> = {};

  /** @param options of every deployment; `credentials` since the emulator cannot check the conditions of CDK's own roles */
  constructor(emulator: Emulator, options: Options & { stage: string }) {
    this.#emulator = emulator;
    this.#options = { deployWith: 'credentials', ...options };
    this.stack = `oec-moodle-sync-${options.stage}`;
  }

  /** Makes what CDK needs once in an account. */
  async bootstrap(): Promise<void> {
    await this.cdk('bootstrap');
  }

  /**
   * Runs `npm run deploy`.
   *
   * @param changes options beside those of every deployment
   * @returns what it said
   * @throws Error with what it said, where it did not deploy
   */
  async deploy(changes: Options = {}, ...args: string[]): Promise<string> {
    const outputsFile = join(this.#emulator.folder, `${this.stack}.json`);
    const said = await this.#node(
      [
        join(projectRoot, 'infra', 'deploy', 'main.ts'),
        '--yes',
        '--outputs-file',
        outputsFile,
        '--ci',
        ...args,
      ],
      changes,
    );
    const all = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
    this.outputs = all[this.stack] ?? {};
    return said;
  }

  /** Deletes the stack, as an operator would. */
  async destroy(): Promise<void> {
    await this.cdk('destroy', '--force');
  }

  /** Runs a command of CDK with the options of this stage. */
  cdk(...command: string[]): Promise<string> {
    const assembly = join(this.#emulator.folder, 'cdk.out');
    const program = join(projectRoot, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    return this.#node([program, ...command, '--output', assembly, '--ci']);
  }

  async #node(args: string[], changes: Options = {}): Promise<string> {
    const options = Object.entries({ ...this.#options, ...changes });
    try {
      const { stdout, stderr } = await run(
        process.execPath,
        [...args, ...options.flatMap(([key, value]) => ['-c', `${key}=${value}`])],
        {
          cwd: projectRoot,
          env: this.#emulator.environment,
          timeout: 600_000,
          maxBuffer: 64 * 1024 * 1024,
        },
      );
      return `${stdout}\n${stderr}`;
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`${args.slice(0, 2).join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
    }
  }
}
