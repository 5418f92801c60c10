import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectRoot } from '#infra/project-root.ts';
import { callApi } from './call-api.ts';
import type { Deployment } from './deployment.ts';
import type { Emulator } from './emulator.ts';

export interface OperatorRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Somebody with no rights but those of a stack's policy for operators. */
export class Operator {
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  readonly #emulator: Emulator;

  private constructor(emulator: Emulator, credentials: Operator['credentials']) {
    this.#emulator = emulator;
    this.credentials = credentials;
  }

  /** Makes a user with the policy that the stack's outputs name. */
  static async of(emulator: Emulator, { stack, outputs }: Deployment): Promise<Operator> {
    const UserName = `operator-of-${stack}`;
    await iam(emulator, 'CreateUser', { UserName });
    await iam(emulator, 'AttachUserPolicy', { UserName, PolicyArn: outputs.OperatorPolicyArn ?? '' });
    const key = await iam(emulator, 'CreateAccessKey', { UserName });
    const field = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(key)?.[1] ?? '';
    return new Operator(emulator, {
      accessKeyId: field('AccessKeyId'),
      secretAccessKey: field('SecretAccessKey'),
    });
  }

  /** Runs `oec-moodle`. @param input what it reads on standard input */
  async run(args: string[], input = ''): Promise<OperatorRun> {
    const child = spawn(process.execPath, [join(projectRoot, 'cli', 'main.ts'), ...args], {
      env: {
        ...this.#emulator.environment,
        AWS_ACCESS_KEY_ID: this.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey,
      },
    });
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { code, stdout, stderr };
  }
}

async function iam(emulator: Emulator, Action: string, input: Record<string, string>): Promise<string> {
  const answer = await callApi(emulator, 'iam', '/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action, Version: '2010-05-08', ...input }).toString(),
  });
  return answer.text();
}
