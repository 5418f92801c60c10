import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { registerPages } from '#local/pages/register-pages.ts';
import { type InterceptorOf, listen, SimulatedPeer } from '#local/wire/simulated-peer.ts';
import type { Environment } from './orm/model.ts';
import { pagesOf } from './pages/pages.ts';
import { Registrar } from './registrar/registrar.ts';
import { type Answer, sendAnswer } from './rpc/answer.ts';
import { json2Request, sendJson2, sendVersion } from './rpc/json-2.ts';
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
export type Interceptor = InterceptorOf<InterceptedCall, Answer>;

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

/** An Odoo with OpenEduCat in memory, with its JSON-RPC (Odoo 19: JSON-2 too) and a page to look at, on 127.0.0.1. */
export class SimulatedOdoo extends SimulatedPeer<InterceptedCall, Answer, LoggedCall> {
  readonly key: string;
  /** What people do in the ERP; tests change and read it here. */
  readonly registrar: Registrar;
  readonly #service: RpcService;
  readonly #settings: OdooSettings;
  readonly #begin: () => Environment;

  private constructor(options: Options, server: FastifyInstance, url: string) {
    super(server, url, options.log);
    this.key = options.key ?? randomBytes(20).toString('hex');
    this.#settings = { ...defaultSettings, ...options.settings };
    const now = exactClock(options.clock ?? Date.now);
    const installed = installDatabase(this.#settings, now());
    this.#begin = () => ({ ...installed, now: now() });
    this.registrar = new Registrar(this.#begin);
    this.#service = new RpcService({ begin: this.#begin, key: this.key });
  }

  /** Starts a freshly installed ERP. */
  static async start(options: Options = {}): Promise<SimulatedOdoo> {
    const routes = (server: FastifyInstance, running: () => SimulatedOdoo) => {
      server.post('/jsonrpc', (request, reply) => running().#handle(request, reply));
      server.get('/json/version', (_request, reply) => sendVersion(reply, running().#begin()));
      server.post('/json/2/:model/:method', (request, reply) => running().#handleJson2(request, reply));
      registerPages(server, () => pagesOf(running().#begin()));
    };
    return listen(options.port ?? 0, routes, (server, url) => new SimulatedOdoo(options, server, url));
  }

  get settings(): Readonly<OdooSettings> {
    return this.#settings;
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

  async #handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const rpc = takenApart(request.body);
    if (rpc === undefined) return reply.code(400).type('text/html').send('<h1>Bad Request</h1>');
    return sendAnswer(reply, await this.answered(interceptedCall(rpc), () => this.#service.answer(rpc)));
  }

  async #handleJson2(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const json2 = json2Request(request, this.#begin());
    const call = { call: `${json2.model}.${json2.method}`, args: json2.args };
    return sendJson2(reply, await this.answered(call, () => this.#service.answerJson2(json2)));
  }

  protected override describe({ call, args }: InterceptedCall, answer: Answer) {
    const items = itemsOf(call, args, answer);
    const failed = answer.kind === 'error' && answer.python ? { python: answer.python } : {};
    return {
      logged: { call, items, ok: answer.kind === 'result', ...failed },
      line: `${call} (${items} records) ${failed.python ?? answer.kind}`,
    };
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
