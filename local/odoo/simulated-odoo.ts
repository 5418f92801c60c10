import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { registerPages } from '#local/pages/register-pages.ts';
import type { Environment } from './orm/environment.ts';
import { pagesOf } from './pages/pages.ts';
import { Registrar } from './registrar/registrar.ts';
import type { Answer } from './rpc/answer.ts';
import { json2Request, sendJson2, sendVersion } from './rpc/json-2.ts';
import { sendAnswer } from './rpc/send-answer.ts';
import { type RpcRequest, RpcService } from './rpc/service.ts';
import { defaultSettings, type OdooSettings } from './settings.ts';
import { installDatabase } from './state/install-database.ts';

/** One call as the log keeps it: nothing of its arguments or its answer. */
export type LoggedCall = {
  /** `op.student.search_read`, `login` or `version`. */
  call: string;
  /** Records that were sent, or answered where none were. */
  items: number;
  /** Whether the client was answered a result: false for an error and for whatever a fault made of the answer. */
  ok: boolean;
  /** Python's name of the exception. */
  python?: string;
  milliseconds: number;
};

/** A call as an interceptor sees it. */
export type InterceptedCall = {
  readonly call: string;
  /** Positional arguments of the method, not checked yet; those of the login hold the key. */
  readonly args: readonly unknown[];
};

/** Stands around a call: may delay it, leave it out, or replace its answer. */
export type Interceptor = (call: InterceptedCall, proceed: () => Promise<Answer>) => Promise<Answer>;

type Options = {
  key?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  settings?: Partial<OdooSettings>;
  /** Milliseconds since 1970; the system's unless told. */
  clock?: () => number;
  /** Gets a line per call: its name, records, outcome and milliseconds, nothing personal. */
  log?: (line: string) => void;
};

const BODY_LIMIT = 64 * 1024 * 1024;

/** An Odoo with OpenEduCat in memory, with its JSON-RPC (Odoo 19: JSON-2 too) and a page to look at, on 127.0.0.1. */
export class SimulatedOdoo {
  readonly url: string;
  readonly key: string;
  /** What people do in the ERP; tests change and read it here. */
  readonly registrar: Registrar;
  readonly calls: LoggedCall[] = [];
  readonly #server: FastifyInstance;
  readonly #service: RpcService;
  readonly #interceptors: Interceptor[] = [];
  readonly #settings: OdooSettings;
  readonly #begin: () => Environment;
  readonly #log: (line: string) => void;

  private constructor(options: Options, server: FastifyInstance, url: string) {
    this.url = url;
    this.key = options.key ?? randomBytes(20).toString('hex');
    this.#server = server;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#log = options.log ?? (() => {});
    const now = exactClock(options.clock ?? Date.now);
    const installed = installDatabase(this.#settings, now());
    this.#begin = () => ({ ...installed, now: now() });
    this.registrar = new Registrar(this.#begin);
    this.#service = new RpcService({ begin: this.#begin, key: this.key });
  }

  /** Starts a freshly installed ERP. */
  static async start(options: Options = {}): Promise<SimulatedOdoo> {
    const server = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
    // The routes need the ERP, which knows its own address only once the server listens.
    let odoo: SimulatedOdoo | undefined;
    const running = (): SimulatedOdoo => {
      if (!odoo) throw new Error('the ERP is still starting');
      return odoo;
    };
    server.post('/jsonrpc', (request, reply) => running().#handle(request, reply));
    server.get('/json/version', (_request, reply) => sendVersion(reply, running().#begin()));
    server.post('/json/2/:model/:method', (request, reply) => running().#handleJson2(request, reply));
    registerPages(server, () => pagesOf(running().#begin()));
    const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
    odoo = new SimulatedOdoo(options, server, url);
    return odoo;
  }

  get settings(): Readonly<OdooSettings> {
    return this.#settings;
  }

  /**
   * Puts an interceptor around every call from now on; the one added last is outermost.
   *
   * @returns a function that takes it away again
   */
  intercept(interceptor: Interceptor): () => void {
    this.#interceptors.push(interceptor);
    return () => {
      const index = this.#interceptors.indexOf(interceptor);
      if (index >= 0) this.#interceptors.splice(index, 1);
    };
  }

  /** Changes settings while running, from the next call on: those that the installer did not read. */
  configure(
    settings: Partial<
      Pick<
        OdooSettings,
        'latencyMilliseconds' | 'denied' | 'database' | 'userDepartmentId' | 'timeZone' | 'groups'
      >
    >,
  ): void {
    Object.assign(this.#settings, settings);
  }

  /**
   * Backs the database up.
   *
   * @returns a function that restores it: what came since is gone, and its ids are given to other records
   */
  backup(): () => void {
    return this.#begin().database.backup();
  }

  /** Empties the log of calls. */
  resetCalls(): void {
    this.calls.length = 0;
  }

  /** Closes the server and every connection to it. */
  async stop(): Promise<void> {
    await this.#server.close();
  }

  async #handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const rpc = takenApart(request.body);
    if (rpc === undefined) return reply.code(400).type('text/html').send('<h1>Bad Request</h1>');
    return sendAnswer(reply, await this.#answer(interceptedCall(rpc), () => this.#service.answer(rpc)));
  }

  async #handleJson2(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const json2 = json2Request(request, this.#begin());
    const call = { call: `${json2.model}.${json2.method}`, args: json2.args };
    return sendJson2(reply, await this.#answer(call, () => this.#service.answerJson2(json2)));
  }

  async #answer(call: InterceptedCall, answered: () => Promise<Answer>): Promise<Answer> {
    const started = performance.now();
    const around = this.#interceptors.reduce<() => Promise<Answer>>(
      (proceed, interceptor) => () => interceptor(call, proceed),
      answered,
    );
    const answer = await around();
    this.#note(call, answer, performance.now() - started);
    return answer;
  }

  #note({ call, args }: InterceptedCall, answer: Answer, milliseconds: number): void {
    const items = itemsOf(call, args, answer);
    const ok = answer.kind === 'result';
    const python = answer.kind === 'error' ? answer.python : undefined;
    this.calls.push({ call, items, ok, ...(python && { python }), milliseconds });
    this.#log(`${call} (${items} records) ${python ?? answer.kind} ${milliseconds.toFixed(1)} ms`);
  }
}

/** A clock with the fractions that a database has, on which no two transactions begin at the same time. */
function exactClock(clock: () => number): () => number {
  let count = 0;
  return () => {
    count = (count + 1) % 1000;
    return clock() + count / 1000;
  };
}

function takenApart(body: unknown): RpcRequest | undefined {
  if (typeof body !== 'object' || body === null || !('params' in body)) return undefined;
  const { id, params } = body as { id?: unknown; params: Record<string, unknown> };
  const { service, method, args } = params ?? {};
  if (typeof service !== 'string' || typeof method !== 'string' || !Array.isArray(args)) return undefined;
  return { id: id ?? null, service, method, args };
}

function interceptedCall({ service, method, args }: RpcRequest): InterceptedCall {
  if (service !== 'object') return { call: method, args };
  return { call: `${args[3]}.${args[4]}`, args: Array.isArray(args[5]) ? args[5] : [] };
}

function itemsOf(call: string, args: readonly unknown[], answer: Answer): number {
  if (/\.(create|write|unlink|read)$/.test(call)) return Array.isArray(args[0]) ? args[0].length : 1;
  return answer.kind === 'result' && Array.isArray(answer.result) ? answer.result.length : 0;
}
