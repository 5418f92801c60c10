import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { OperatorError } from '#cli/operator-error.ts';
import { projectRoot } from '#infra/project-root.ts';

/** Runs the CDK's command line, which speaks to the operator itself. @throws OperatorError when it fails */
export async function runCdk(args: readonly string[]): Promise<void> {
  const program = fileURLToPath(import.meta.resolve('aws-cdk/bin/cdk'));
  const child = spawn(process.execPath, [program, ...args], { cwd: projectRoot, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0)
    throw new OperatorError(`cdk ${args[0]} failed.`, 'What it says above tells why; then run this again.');
}
