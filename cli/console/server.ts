import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Deployment } from '#cli/connection/deployment.ts';
import { knownError } from '#cli/connection/known-error.ts';
import { html } from '#shared/http/html.ts';
import { confirmPage, Unconfirmed } from './confirm.ts';
import { Guard, type Refusal } from './guard.ts';
import { Jobs } from './jobs.ts';
import { layout } from './layout.ts';
import { pages } from './pages.ts';
import { english } from './parts.ts';
import { isLanguage, languageOf, sayIn, type TextKey } from './texts/catalogue.ts';
import type { Done, Fields, Shown, Visit } from './visit.ts';

interface ConsoleSettings {
  /** Connects to the stack anew, with credentials as they are then. */
  reconnect(): Promise<Deployment>;
  /** 0 for any. */
  port: number;
  isReadOnly: boolean;
}

const languageCookie = 'language';

/** Records of a large university, in bytes; it is held in memory. */
const largestFile = 512 * 1024 * 1024;

/** Serves the console on the loopback interface. @returns the address to open, and how to end it */
export async function startConsole(
  settings: ConsoleSettings,
): Promise<{ address: string; stop(): Promise<void> }> {
  const server = fastify({ bodyLimit: 4 * 1024 * 1024 });
  const guard = new Guard();
  await server.register(cookie);
  await server.register(formbody);
  await server.register(multipart, {
    attachFieldsToBody: 'keyValues',
    // A field over its limit would be cut without a word: lines that are pasted are as good as a file.
    limits: { fileSize: largestFile, fieldSize: largestFile, files: 1 },
  });
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        ...{
          styleSrc: ["'self'"],
          scriptSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
        },
        ...{ formAction: ["'self'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
      },
    },
    strictTransportSecurity: false,
    // Without any referrer a browser would not say either where a form comes from.
    referrerPolicy: { policy: 'same-origin' },
  });
  const desk = new Desk(settings);
  server.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (request.routeOptions.url === '/begin') return undefined;
    const refusal = guard.refusal(request);
    return refusal && desk.turnAway(request, reply, refusal);
  });
  server.get('/begin', async (request, reply) => {
    const { secret = '' } = request.query as Record<string, string>;
    // A host that is not this console's own is no way to begin either.
    const refusal = guard.refusal(request);
    if (refusal !== undefined && refusal !== 'no session') return desk.turnAway(request, reply, refusal);
    const used = guard.enter(secret, reply);
    return used ? desk.turnAway(request, reply, used) : reply.redirect('/', 303);
  });
  await serveAssets(server);
  desk.serve(server);
  await server.listen({ host: '127.0.0.1', port: settings.port });
  const { port } = server.server.address() as AddressInfo;
  return {
    address: guard.begin(port),
    stop: async () => {
      server.server.closeAllConnections();
      await server.close();
    },
  };
}

/** Style sheets and the script, read once. */
async function serveAssets(server: FastifyInstance): Promise<void> {
  const assets = {
    'report.css': '../commands/report/style.css',
    'console.css': 'assets/console.css',
    'console.js': 'assets/console.js',
  };
  for (const [name, file] of Object.entries(assets)) {
    const text = await readFile(new URL(file, import.meta.url), 'utf8');
    const type = name.endsWith('.js') ? 'text/javascript' : 'text/css';
    server.get(`/assets/${name}`, (_request, reply) => reply.type(`${type}; charset=utf-8`).send(text));
  }
}

/** Answers what the pages are asked for. */
class Desk {
  readonly #settings: ConsoleSettings;
  readonly #jobs = new Jobs();
  /** What is to be said on the page that comes after a change, by the id in its address. */
  readonly #said = new Map<string, string>();
  #deployment: Promise<Deployment> | undefined;

  constructor(settings: ConsoleSettings) {
    this.#settings = settings;
  }

  serve(server: FastifyInstance): void {
    server.setErrorHandler((error, request, reply) => this.#failed(error, request, reply));
    server.setNotFoundHandler((request, reply) => this.#tell(request, reply, 404, 'layout.not_found'));
    server.get('/language/:language', (request, reply) => {
      const { language = '' } = request.params as Record<string, string>;
      if (isLanguage(language)) reply.setCookie(languageCookie, language, { sameSite: 'strict', path: '/' });
      const { referer = '/' } = request.headers;
      return reply.redirect(URL.canParse(referer) ? new URL(referer).pathname : '/', 303);
    });
    for (const { views, changes = {}, begins = {}, downloads = {} } of pages) {
      for (const [path, view] of Object.entries(views)) {
        server.get(path, async (request, reply) => {
          const visit = this.#visit(request);
          return this.#show(reply, visit, await view(visit));
        });
      }
      for (const [path, change] of Object.entries(changes)) {
        server.post(path, async (request, reply) => {
          if (this.#settings.isReadOnly) return this.#tell(request, reply, 403, 'layout.read_only');
          const visit = this.#visit(request);
          try {
            const { to, said }: Done = await change(visit);
            return reply.redirect(said === undefined ? to : this.#saying(to, said), 303);
          } catch (error) {
            if (!(error instanceof Unconfirmed)) throw error;
            return this.#show(reply, visit, confirmPage(visit, error));
          }
        });
      }
      for (const [path, begin] of Object.entries(begins)) {
        server.post(path, async (request, reply) => reply.redirect(await begin(this.#visit(request)), 303));
      }
      for (const [path, download] of Object.entries(downloads)) {
        server.get(path, async (request, reply) => {
          const { name, type, text } = await download(this.#visit(request));
          return reply
            .header('content-disposition', `attachment; filename="${name}"`)
            .type(`${type}; charset=utf-8`)
            .send(text);
        });
      }
    }
  }

  /** Says why a request is none of the console's own. */
  turnAway(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
    const say = sayIn(this.#languageOf(request));
    const key = `refusal.${refusal.replace(' ', '_')}` as TextKey;
    return reply.code(403).type('text/plain; charset=utf-8').send(say(key));
  }

  #visit(request: FastifyRequest): Visit {
    const language = this.#languageOf(request);
    const { form, files } = sentBy(request);
    const deployment = () => this.#connected();
    return {
      ...{ language, form, files, deployment },
      say: sayIn(language),
      isReadOnly: this.#settings.isReadOnly,
      path: request.url.split('?')[0]!,
      query: request.query as Fields,
      params: request.params as Record<string, string>,
      context: {
        deployment,
        isInteractive: false,
        reconnect: this.#settings.reconnect,
        confirm: async (what) => {
          if (form.confirmed !== 'yes') throw new Unconfirmed(what);
        },
      },
      begin: (work, name) => this.#jobs.begin(work, name),
      job: (id) => this.#jobs.get(id),
    };
  }

  #languageOf({ cookies, headers }: FastifyRequest) {
    return languageOf(cookies[languageCookie], headers['accept-language']);
  }

  /** The stack; looked up anew after what was wrong with credentials. */
  #connected(): Promise<Deployment> {
    this.#deployment ??= this.#settings.reconnect();
    return this.#deployment;
  }

  #show(reply: FastifyReply, visit: Visit, shown: Shown): FastifyReply {
    const id = [visit.query.said].flat()[0] ?? '';
    return reply.type('text/html; charset=utf-8').send(layout(visit, shown, this.#said.get(id)));
  }

  #saying(to: string, said: string): string {
    const id = randomUUID();
    this.#said.set(id, said);
    const [path = '/', query = ''] = to.split('?');
    const search = new URLSearchParams(query);
    search.set('said', id);
    return `${path}?${search}`;
  }

  #tell(request: FastifyRequest, reply: FastifyReply, status: number, key: TextKey): FastifyReply {
    const visit = this.#visit(request);
    reply.code(status);
    return this.#show(reply, visit, {
      title: visit.say('layout.problem'),
      body: html`<p>${visit.say(key)}</p>`,
    });
  }

  /** What the operator can put right is said with its advice; the rest is a fault of the program. */
  #failed(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const visit = this.#visit(request);
    const known = knownError(error);
    // Credentials may be there again, or others, when it is asked the next time.
    if (known?.cause) this.#deployment = undefined;
    if (!known) console.error(error);
    const { statusCode = 500 } = error as { statusCode?: number };
    reply.code(known ? 409 : statusCode);
    const body = known
      ? html`<p class="bad" role="alert">${english(known.message)}</p><p>${english(known.advice)}</p>`
      : html`<p class="bad" role="alert">${visit.say('layout.fault')}</p>`;
    const again =
      request.method === 'GET' && html`<p><a href="${request.url}">${visit.say('layout.again')}</a></p>`;
    return this.#show(reply, visit, { title: visit.say('layout.problem'), body: html`${body}${again}` });
  }
}

/** What a form has sent: texts, and files by the names of their fields. */
function sentBy({ body }: FastifyRequest): Pick<Visit, 'form' | 'files'> {
  const sent = Object.entries((body ?? {}) as Record<string, string | string[] | Buffer>);
  const files = sent.filter((field): field is [string, Buffer] => Buffer.isBuffer(field[1]));
  const texts = sent.filter(([, value]) => !Buffer.isBuffer(value));
  return { form: Object.fromEntries(texts) as Fields, files: Object.fromEntries(files) };
}
