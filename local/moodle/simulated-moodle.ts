import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { registerPages } from '#local/pages/register-pages.ts';
import { type InterceptorOf, listen, SimulatedPeer } from '#local/wire/simulated-peer.ts';
import { functionsOf } from './functions/all-functions.ts';
import { pagesOf } from './pages/pages.ts';
import { defaultSettings, type MoodleSettings } from './settings.ts';
import { installSite } from './state/install-site.ts';
import type { SiteState } from './state/site-state.ts';
import { type Answer, sendAnswer } from './transport/answer.ts';
import { parseForm, type WebServiceRequest } from './transport/parse-form.ts';
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
export type Interceptor = InterceptorOf<InterceptedCall, Answer>;

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

/** A Moodle in memory, with Moodle's REST protocol and a page to look at, on 127.0.0.1. */
export class SimulatedMoodle extends SimulatedPeer<InterceptedCall, Answer, LoggedCall> {
  readonly token: string;
  /** What the site holds; tests read it, changes come through the web services, the demo's teachers and a test's people. */
  readonly siteState: SiteState;
  readonly #webService: WebService;
  readonly #settings: MoodleSettings;

  private constructor(options: Options, server: FastifyInstance, url: string) {
    super(server, url, options.log);
    this.token = options.token ?? randomBytes(16).toString('hex');
    this.#settings = { ...defaultSettings, ...options.settings };
    const { state, tokenUserId } = installSite(this.#settings);
    this.siteState = state;
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
    const routes = (server: FastifyInstance, running: () => SimulatedMoodle) => {
      server.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string' },
        (_request, body, done) => done(null, body),
      );
      server.route({
        method: ['GET', 'POST'],
        url: '/webservice/rest/server.php',
        handler: async (request, reply) => sendAnswer(reply, await running().#answer(request)),
      });
      registerPages(server, () => pagesOf(running().siteState, running().#settings));
    };
    return listen(options.port ?? 0, routes, (server, url) => new SimulatedMoodle(options, server, url));
  }

  /** Changes settings while running, from the next call on (but not what the installer read: site name, token user). */
  configure(
    settings: Partial<Pick<MoodleSettings, 'latencyMilliseconds' | 'afterMilliseconds' | 'beforeCommit'>>,
  ): void {
    Object.assign(this.#settings, settings);
  }

  async #answer(request: FastifyRequest): Promise<Answer> {
    const form = [new URL(request.url, this.url).search.slice(1), request.body].filter(Boolean).join('&');
    const parsed = parseForm(form, this.#settings.maxInputVars);
    return this.answered(interceptedCall(parsed), () => this.#webService.call(parsed));
  }

  protected override describe({ function: name, items, variables }: InterceptedCall, answer: Answer) {
    const errorcode = answer.kind === 'exception' ? { errorcode: answer.errorcode } : {};
    const outcome = errorcode.errorcode ?? answer.kind;
    return {
      logged: { function: name, items, variables, ok: answer.kind === 'value', ...errorcode },
      line: `${name} (${items} items) ${outcome}`,
    };
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
