import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '#infra/project-root.ts';
import type { Emulator } from './emulator.ts';

const run = promisify(execFile);
const cdkProgram = join(projectRoot, 'node_modules', 'aws-cdk', 'bin', 'cdk');

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
    const program = join(projectRoot, 'infra', 'deploy', 'main.ts');
    const said = await this.#node(
      [program, '--yes', '--outputs-file', this.#outputsFile, '--ci', ...args],
      changes,
    );
    await this.#readOutputs();
    return said;
  }

  /** Deploys what another version has synthesized. @param assembly its folder */
  async deployAssembly(assembly: string): Promise<void> {
    const all = ['--all', '--require-approval', 'never', '--outputs-file', this.#outputsFile];
    await this.#node([cdkProgram, 'deploy', '--app', assembly, ...all, '--ci']);
    await this.#readOutputs();
  }

  /** Deletes the stack, as an operator would. */
  async destroy(): Promise<void> {
    await this.cdk('destroy', '--force');
  }

  /** Runs a command of CDK with the options of this stage. */
  cdk(...command: string[]): Promise<string> {
    const assembly = join(this.#emulator.folder, 'cdk.out');
    return this.#node([cdkProgram, ...command, '--output', assembly, '--ci']);
  }

  get #outputsFile(): string {
    return join(this.#emulator.folder, `${this.stack}.json`);
  }

  async #readOutputs(): Promise<void> {
    const all = JSON.parse(await readFile(this.#outputsFile, 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    this.outputs = all[this.stack] ?? {};
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
