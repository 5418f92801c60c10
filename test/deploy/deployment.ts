import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '#infra/project-root.ts';
import type { Emulator } from './emulator.ts';

const run = promisify(execFile);
const stage = 'trial';

/** Options of the deployment; `credentials` because the emulator cannot check the conditions of CDK's own roles. */
const options = {
  stage,
  deployWith: 'credentials',
  onRemoval: 'destroy',
  alarmEmail: 'operator@example.org',
  erp: '{}',
};

/** The stack as the emulator holds it. */
export interface Deployment {
  /** The stack's outputs. */
  readonly outputs: Record<string, string>;
  /** Deletes the stack, as an operator would. */
  destroy(): Promise<void>;
}

/** Runs `cdk bootstrap` and `cdk deploy` against the emulator, each as a command of its own. */
export async function deploy(emulator: Emulator): Promise<Deployment> {
  const outputsFile = join(emulator.folder, 'outputs.json');
  const assembly = join(emulator.folder, 'cdk.out');
  await cdk('bootstrap');
  await cdk('deploy', '--require-approval', 'never', '--outputs-file', outputsFile);
  const name = `oec-moodle-sync-${stage}`;
  const all = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
  return { outputs: all[name] ?? {}, destroy: () => cdk('destroy', '--force') };

  async function cdk(...command: string[]): Promise<void> {
    const context = Object.entries(options).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    try {
      await run(
        join(projectRoot, 'node_modules', '.bin', 'cdk'),
        [...command, '--output', assembly, '--ci', ...context],
        { cwd: projectRoot, env: emulator.environment, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 },
      );
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`cdk ${command[0]} failed:\n${stdout}\n${stderr}`, { cause: error });
    }
  }
}
