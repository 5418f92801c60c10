import type * as z from 'zod';
import { CallStatistics } from '#shared/http/call-statistics.ts';
import { type Answerer, type RequestOptions, request } from '#shared/http/request.ts';
import { isSecure } from '#shared/http/web-access.ts';
import { OdooDatabaseError, OdooError, OdooInsecureError, OdooUnavailableError } from './errors.ts';
import { Json2 } from './json-2.ts';
import { JsonRpc } from './json-rpc.ts';
import { Once } from './once.ts';
import {
  checked,
  type Exchange,
  type Received,
  type Sent,
  type Transport,
  type TransportName,
} from './transport.ts';

/** What is known of a call once it is over. Holds no arguments: they are personal data. */
export interface FinishedCall {
  /** `op.student.search_read`, `login` or `version`. */
  call: string;
  milliseconds: number;
  ok: boolean;
  code?: string;
}

export interface OdooClientOptions extends RequestOptions {
  /** Odoo's address without a path, e.g. `https://erp.example.org`. */
  baseUrl: string;
  database: string;
  /** The login of the user whose key it is. */
  user: string;
  /** An API key of that user, which stands in the place of its password. */
  key: string;
  /** The language whose texts are read and written, where a field is translated (first names are). `en_US` unless told. */
  language?: string;
  /** Told of every call when it is over, for logs and metrics. */
  onCall?: (call: FinishedCall) => void;
}

export type KeywordArguments = Readonly<Record<string, unknown>>;

/** Odoo kills a request of its own after 120 s at the latest; a page of records takes a second. */
const defaultTimeout = 60_000;

/** Calls the methods of one Odoo's models, each call exactly once: by JSON-2 where it has that, else by JSON-RPC. */
export class OdooClient {
  readonly statistics = new CallStatistics(isWriting);
  readonly #origin: string;
  readonly #options: OdooClientOptions;
  readonly #transport = new Once(() => this.#find());
  readonly #user = new Once(() => this.#login());

  constructor(options: OdooClientOptions) {
    this.#options = options;
    this.#origin = originOf(options.baseUrl);
  }

  /** How this Odoo is called; asked once, without a login. @throws OdooUnavailableError */
  async transport(): Promise<TransportName> {
    return (await this.#transport.get()).name;
  }

  /**
   * The id of the user; asked once. A refusal is not remembered, so that a corrected key is taken up.
   *
   * @throws OdooLoginError, OdooDatabaseError, OdooUnavailableError, NotOdooError
   */
  login(): Promise<number> {
    return this.#user.get();
  }

  /** Odoo's version, such as `18.0-20250506` or `19.0`; needs no login. */
  async version(): Promise<string> {
    const transport = await this.#transport.get();
    return this.#counted('version', () => transport.version());
  }

  /**
   * Calls a method of a model and checks its answer. It never tries again: whether a call may be repeated, only the
   * caller knows. The language and the time zone (UTC) stand in the context unless the caller says otherwise.
   *
   * @param schema the shape of the answer, as far as it is used
   * @throws OdooError: see errors.ts for what each of its classes asks to be done
   */
  async executeKw<T>(
    model: string,
    method: string,
    args: readonly unknown[],
    keywordArguments: KeywordArguments,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const user = await this.login();
    const transport = await this.#transport.get();
    const { language = 'en_US' } = this.#options;
    const context = { lang: language, tz: 'UTC', ...(keywordArguments.context as object | undefined) };
    const keywords = { ...keywordArguments, context };
    const call = `${model}.${method}`;
    return this.#counted(call, async () =>
      checked(call, await transport.call({ model, method, args, keywords }, user), schema),
    );
  }

  async #login(): Promise<number> {
    const transport = await this.#transport.get();
    return this.#counted('login', () => transport.login());
  }

  async #find(): Promise<Transport> {
    const exchange: Exchange = (call, sent) => this.#exchange(call, sent);
    const json2 = await this.#counted('version', () => Json2.of(this.#options, exchange));
    return json2 ?? new JsonRpc(this.#options, exchange);
  }

  #counted<T>(call: string, work: () => Promise<T>): Promise<T> {
    return this.statistics.counted(call, work, (milliseconds, failure) => {
      // One that was restored as an older Odoo has no JSON-2 any more, and looks like one without the database.
      if (failure instanceof OdooDatabaseError) this.#transport.forget();
      this.#options.onCall?.({
        call,
        milliseconds,
        ok: failure === undefined,
        ...(failure !== undefined && { code: failure instanceof OdooError ? failure.code : 'error' }),
      });
    });
  }

  async #exchange(call: string, { path, headers, body }: Sent): Promise<Received> {
    // A secret may say what the command would have refused.
    if (!isSecure(new URL(this.#origin))) throw new OdooInsecureError(call);
    const init =
      body === undefined
        ? { method: 'GET', headers }
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
            body: JSON.stringify(body),
          };
    const { response, text } = await request(`${this.#origin}${path}`, init, this.#options, odoo(call));
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, isJson, text };
  }
}

/** What is told of an Odoo whose answer to a call did not come. */
function odoo(call: string): Answerer {
  return {
    name: 'Odoo',
    timeoutMs: defaultTimeout,
    checked: 'the URL, the network and the certificate',
    unavailable: (kind, detail, cause) => new OdooUnavailableError(call, kind, detail, { cause }),
  };
}

/** Scheme, host and port. A name and password in a URL would end up in logs: they are refused, and not quoted. */
function originOf(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new Error(
      "The URL of Odoo must be like https://erp.example.org, without a user's name or password.",
    );
  return url.origin;
}

/** The methods of a model that we call and that change nothing. */
const readingMethods = new Set([
  'search',
  'search_read',
  'search_count',
  'read',
  'fields_get',
  'check_access_rights',
  'has_access',
]);

/** Whether a call may change something in Odoo. @param call `op.student.search_read`, `login` or `version` */
export function isWriting(call: string): boolean {
  if (call === 'login' || call === 'version') return false;
  return !readingMethods.has(call.slice(call.lastIndexOf('.') + 1));
}
