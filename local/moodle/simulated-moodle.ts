import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { registerPages } from '#local/pages/register-pages.ts';
import { Administrator } from './administrator.ts';
import { functionsOf } from './functions/all-functions.ts';
import { pagesOf } from './pages/pages.ts';
import { defaultSettings, type MoodleSettings } from './settings.ts';
import { installSite } from './state/install-site.ts';
import type { SiteState } from './state/site-state.ts';
import { Teacher } from './teacher/teacher.ts';
import type { Answer } from './transport/answer.ts';
import { parseForm, type WebServiceRequest } from './transport/parse-form.ts';
import { sendAnswer } from './transport/send-answer.ts';
import { WebService } from './transport/web-service.ts';

/** One web service call as the log keeps it: nothing of its arguments or its answer. */
export type LoggedCall = {
  function: string;
  /** Items of the call's longest list. */
  items: number;
  /** Form variables sent. */
  variables: number;
  /** Whether the client was answered a value: false for an exception and for whatever a fault made of the answer. */
  ok: boolean;
  errorcode?: string;
  milliseconds: number;
};

/** A call as an interceptor sees it. */
export type InterceptedCall = {
  readonly function: string;
  readonly items: number;
  readonly variables: number;
  /** Nested, all values strings, not validated yet. */
  readonly parameters: Record<string, unknown>;
};

/** Stands around a call: may delay it, leave it out, or replace its answer. */
export type Interceptor = (call: InterceptedCall, proceed: () => Promise<Answer>) => Promise<Answer>;

type Options = {
  token?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  settings?: Partial<MoodleSettings>;
  /** How the time of `latencyMilliseconds` passes; in real time unless given. */
  sleep?: (milliseconds: number) => Promise<void>;
  /** Gets a line per call: function, items, milliseconds and the errorcode, nothing personal. */
  log?: (line: string) => void;
};

const BODY_LIMIT = 64 * 1024 * 1024;

/** A Moodle in memory, with Moodle's REST protocol and a page to look at, on 127.0.0.1. */
export class SimulatedMoodle {
  readonly url: string;
  readonly token: string;
  /** What the site holds; tests read it, changes come through the web services and its teacher. */
  readonly siteState: SiteState;
  /** What people do on the site's own pages. */
  readonly teacher: Teacher;
  readonly administrator: Administrator;
  readonly calls: LoggedCall[] = [];
  readonly #server: FastifyInstance;
  readonly #interceptors: Interceptor[] = [];
  readonly #webService: WebService;
  readonly #settings: MoodleSettings;
  readonly #log: (line: string) => void;

  private constructor(options: Options, server: FastifyInstance, url: string) {
    this.url = url;
    this.token = options.token ?? randomBytes(16).toString('hex');
    this.#server = server;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#log = options.log ?? (() => {});
    const { state, tokenUserId } = installSite(this.#settings);
    this.siteState = state;
    this.teacher = new Teacher(state);
    this.administrator = new Administrator(state);
    this.#webService = new WebService({
      token: this.token,
      sleep: options.sleep ?? ((milliseconds) => sleep(milliseconds)),
      context: {
        state,
        settings: this.#settings,
        callerId: tokenUserId,
        siteUrl: url,
        offeredFunctions: offeredFunctions(this.#settings),
      },
    });
  }

  /** Starts a freshly installed site. */
  static async start(options: Options = {}): Promise<SimulatedMoodle> {
    const server = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
    server.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, body),
    );
    // The routes need the site and the site needs its own address, which is known only once the server listens.
    let moodle: SimulatedMoodle | undefined;
    const running = (): SimulatedMoodle => {
      if (!moodle) throw new Error('the site is still starting');
      return moodle;
    };
    server.route({
      method: ['GET', 'POST'],
      url: '/webservice/rest/server.php',
      handler: async (request, reply) => sendAnswer(reply, await running().#answer(request)),
    });
    registerPages(server, () => pagesOf(running().siteState, running().#settings));
    const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
    moodle = new SimulatedMoodle(options, server, url);
    return moodle;
  }

  /**
   * Puts an interceptor around every web service call from now on; the one added last is outermost.
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

  /** Changes settings while running, from the next call on (but not what the installer read: site name, token user). */
  configure(
    settings: Partial<Pick<MoodleSettings, 'latencyMilliseconds' | 'afterMilliseconds' | 'beforeCommit'>>,
  ): void {
    Object.assign(this.#settings, settings);
  }

  /** Empties the log of calls. */
  resetCalls(): void {
    this.calls.length = 0;
  }

  /** Closes the server and every connection to it. */
  async stop(): Promise<void> {
    await this.#server.close();
  }

  async #answer(request: FastifyRequest): Promise<Answer> {
    const started = performance.now();
    const form = [new URL(request.url, this.url).search.slice(1), request.body].filter(Boolean).join('&');
    const parsed = parseForm(form, this.#settings.maxInputVars);
    const call = interceptedCall(parsed);
    const around = this.#interceptors.reduce<() => Promise<Answer>>(
      (proceed, interceptor) => () => interceptor(call, proceed),
      () => this.#webService.call(parsed),
    );
    const answer = await around();
    this.#note(call, answer, performance.now() - started);
    return answer;
  }

  #note(call: InterceptedCall, answer: Answer, milliseconds: number): void {
    this.calls.push({
      function: call.function,
      items: call.items,
      variables: call.variables,
      ok: answer.kind === 'value',
      ...(answer.kind === 'exception' && { errorcode: answer.errorcode }),
      milliseconds,
    });
    const outcome = answer.kind === 'exception' ? answer.errorcode : answer.kind;
    this.#log(`${call.function} (${call.items} items) ${outcome} ${milliseconds.toFixed(1)} ms`);
  }
}

function interceptedCall({ functionName, variables, parameters }: WebServiceRequest): InterceptedCall {
  const lists = Object.values(parameters).filter((value) => typeof value === 'object' && value !== null);
  const items = Math.max(0, ...lists.map((list) => Object.keys(list as object).length));
  return { function: functionName, items, variables, parameters };
}

function offeredFunctions(settings: MoodleSettings): string[] {
  const there = [...functionsOf(settings).keys()];
  const { functions, withoutFunctions } = settings;
  return there.filter(
    (name) => (functions.length === 0 || functions.includes(name)) && !withoutFunctions.includes(name),
  );
}
