import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { projectRoot } from '#infra/project-root.ts';
import { installEmulator } from './install-emulator.ts';

/** The key that the emulator takes for the root of its account. */
export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const region = 'us-east-1';

/** AWS as a process on loopback, with IAM enforced and TLS. Functions run as processes under it. */
export class Emulator {
  readonly endpoint: string;
  /** Where the deployment and the emulator may leave files; gone after `stop`. */
  readonly folder: string;
  /** What a command needs that is to speak to the emulator, and to nothing else. */
  readonly environment: NodeJS.ProcessEnv;
  readonly #process: ChildProcess;
  readonly #output: string[] = [];

  private constructor(child: ChildProcess, endpoint: string, folder: string, environment: NodeJS.ProcessEnv) {
    this.#process = child;
    this.endpoint = endpoint;
    this.folder = folder;
    this.environment = environment;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#output.push(text));
    }
  }

  /** Installs the emulator if need be, starts it on a free port and has this process trust its certificate. */
  static async start(): Promise<Emulator> {
    const python = await installEmulator();
    const folder = await mkdtemp(join(tmpdir(), 'oec-moodle-deploy-'));
    const certificate = makeCertificate(folder);
    const port = await freePort();
    const endpoint = `https://127.0.0.1:${port}`;
    const environment = environmentFor(endpoint, certificate.path);
    const child = spawn(python, [join(import.meta.dirname, 'emulator.py')], {
      // A group of its own, so that the functions' processes end with it.
      detached: true,
      cwd: folder,
      // Its standard input stays open while this process lives: the emulator ends when it closes.
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...environment,
        AUTH: 'true',
        USE_SSL: '1',
        MINISTACK_SSL_CERT: certificate.path,
        MINISTACK_SSL_KEY: certificate.keyPath,
        MINISTACK_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        LAMBDA_EXECUTOR: 'local',
        SFTP_ENABLED: '0',
        IOT_MTLS_ENABLED: '0',
        STATE_DIR: join(folder, 'state'),
        TMPDIR: folder,
      },
    });
    const emulator = new Emulator(child, endpoint, folder, environment);
    setDefaultCACertificates([...getCACertificates('default'), await readFile(certificate.path, 'utf8')]);
    try {
      await emulator.#untilReady();
    } catch (error) {
      await emulator.stop();
      throw error;
    }
    return emulator;
  }

  /** Has deployments of new stacks fail, until what is returned is called. */
  async failDeployments(): Promise<() => Promise<void>> {
    const file = join(this.folder, 'refuse-dashboards');
    await writeFile(file, '');
    return () => rm(file);
  }

  /** What the emulator has written, which includes the functions' logs. */
  get output(): string {
    return this.#output.join('');
  }

  /** Ends the emulator and everything that it started, and removes its files. */
  async stop(): Promise<void> {
    const { pid } = this.#process;
    if (pid !== undefined) {
      const ended = once(this.#process, 'exit');
      if (this.#process.kill('SIGTERM')) await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // The whole group is gone already.
      }
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async #untilReady(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      try {
        await fetch(`${this.endpoint}/_ministack/health`);
        return;
      } catch (error) {
        if (this.#process.exitCode !== null || Date.now() > deadline) {
          throw new Error(`The emulator did not start:\n${this.output}`, { cause: error });
        }
      }
      await sleep(200);
    }
  }
}

/** A certificate for loopback that signs itself. */
function makeCertificate(folder: string): { path: string; keyPath: string } {
  const path = join(folder, 'certificate.pem');
  const keyPath = join(folder, 'key.pem');
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.localhost';
  const subject = ['-subj', '/CN=localhost', '-addext', names];
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', keyPath];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, '-out', path, ...subject], {
    stdio: 'ignore',
  });
  return { path, keyPath };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Nothing of this machine's own AWS settings is left: what is deployed here can get nowhere else. */
function environmentFor(endpoint: string, certificatePath: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS_|CDK_|VITEST|NODE_OPTIONS)/.test(name));
  return {
    ...Object.fromEntries(own),
    // The functions run with the `node` that is found first.
    PATH: [join(projectRoot, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_EXTRA_CA_CERTS: certificatePath,
    AWS_CA_BUNDLE: certificatePath,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  };
}
