import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '#infra/project-root.ts';

/** The release that was measured; another one may behave differently. */
const emulator = 'ministack==1.5.33';
/** Not the folder of the kept synthesis (local/synthesize-quietly.ts), which is emptied while the emulator runs. */
const folder = join(projectRoot, 'node_modules', '.cache', 'oec-moodle-sync-emulator');
const run = promisify(execFile);

/**
 * Installs the emulator into a virtual environment of its own, unless it is there already.
 *
 * @returns the path of its Python
 * @throws Error where there is no python3 with venv, or the package cannot be had
 */
export async function installEmulator(): Promise<string> {
  const environment = join(folder, emulator);
  const python = join(environment, 'bin', 'python');
  try {
    await run(python, ['-c', 'import ministack']);
    return python;
  } catch {
    // Not there yet, or left half done.
  }
  await rm(environment, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', environment], { timeout: 60_000 });
    await run(python, ['-m', 'pip', 'install', '--quiet', emulator], { timeout: 180_000 });
  } catch (error) {
    await rm(environment, { recursive: true, force: true });
    const { stderr = '', message } = error as Error & { stderr?: string };
    const reason = stderr.trim().split('\n').at(-1) || message.split('\n')[0];
    throw new Error(`The emulator ${emulator} cannot be installed here: ${reason}`);
  }
  return python;
}

// `node test/deploy/install-emulator.ts` tells a script whether the deploy test can run here.
if (import.meta.main) {
  try {
    await installEmulator();
  } catch (error) {
    console.log((error as Error).message);
    process.exitCode = 1;
  }
}
