import * as z from 'zod';
import { CallStatistics } from '#shared/call-statistics.ts';
import { isSecure } from '#shared/web-access.ts';
import {
  NotOdooError,
  OdooAnswerError,
  OdooError,
  OdooInsecureError,
  OdooLoginError,
  OdooUnavailableError,
} from './errors.ts';
import { errorOfRefusal, refusalSchema } from './refusal.ts';
import { isWriting } from './statistics.ts';
import { postJson } from './transport.ts';

/** What is known of a call once it is over. Holds no arguments: they are personal data. */
export interface FinishedCall {
  /** `op.student.search_read`, `login` or `version`. */
  call: string;
  milliseconds: number;
  ok: boolean;
  code?: string;
}

export interface OdooClientOptions {
  /** Odoo's address without a path, e.g. `https://erp.example.org`. */
  baseUrl: string;
  database: string;
  /** The login of the user whose key it is. */
  user: string;
  /** An API key of that user, which stands in the place of its password. */
  key: string;
  /** The language whose texts are read and written, where a field is translated (first names are). `en_US` unless told. */
  language?: string;
  /** How long one call may take, until the last byte of its answer. 60 s unless told. */
  timeoutMs?: number;
  /** How much time the caller has left, in milliseconds: no call is begun, or waited for, beyond it. */
  remainingMs?: () => number;
  /** Stands in for the global fetch, which keeps connections alive. */
  fetch?: typeof fetch;
  /** Told of every call when it is over, for logs and metrics. */
  onCall?: (call: FinishedCall) => void;
}

export type KeywordArguments = Readonly<Record<string, unknown>>;

/** Odoo kills a request of its own after 120 s at the latest; a page of records takes a second. */
const defaultTimeout = 60_000;
/** A call that has less time than this would hardly end. */
const leastTime = 1_000;

const envelopeSchema = z.object({
  jsonrpc: z.literal('2.0'),
  error: refusalSchema.optional(),
  /** Left out where a method returns nothing. */
  result: z.unknown().optional(),
});
/** The user's id; Odoo answers false where it refuses. */
const loginSchema = z.union([z.int().positive(), z.literal(false)]);
const versionSchema = z.object({ server_version: z.string() });

/** Calls the methods of one Odoo's models over its JSON-RPC (Odoo 16, 17 and 18), each call exactly once. */
export class OdooClient {
  readonly statistics = new CallStatistics(isWriting);
  readonly #endpoint: string;
  readonly #options: OdooClientOptions;
  #user: Promise<number> | undefined;

  constructor(options: OdooClientOptions) {
    this.#options = options;
    this.#endpoint = `${originOf(options.baseUrl)}/jsonrpc`;
  }

  /**
   * The id of the user; asked once. A refusal is not remembered, so that a corrected key is taken up.
   *
   * @throws OdooLoginError, OdooDatabaseError, OdooUnavailableError, NotOdooError
   */
  async login(): Promise<number> {
    this.#user ??= this.#login();
    try {
      return await this.#user;
    } catch (error) {
      this.#user = undefined;
      throw error;
    }
  }

  /** Odoo's version, such as `18.0-20250506`; needs no login. */
  async version(): Promise<string> {
    const params = { service: 'common', method: 'version', args: [] };
    return (await this.#counted('version', undefined, params, versionSchema)).server_version;
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
    const { database, key, language = 'en_US' } = this.#options;
    const context = { lang: language, tz: 'UTC', ...(keywordArguments.context as object | undefined) };
    const all = [database, user, key, model, method, args, { ...keywordArguments, context }];
    const params = { service: 'object', method: 'execute_kw', args: all };
    return this.#counted(`${model}.${method}`, model, params, schema);
  }

  async #login(): Promise<number> {
    const { database, user, key } = this.#options;
    const params = { service: 'common', method: 'login', args: [database, user, key] };
    const id = await this.#counted('login', undefined, params, loginSchema);
    if (id === false) throw new OdooLoginError('login');
    return id;
  }

  async #counted<T>(
    call: string,
    model: string | undefined,
    params: object,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const started = performance.now();
    let failure: unknown;
    try {
      return checked(call, await this.#post(call, model, params), schema);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.#finished(call, performance.now() - started, failure);
    }
  }

  async #post(call: string, model: string | undefined, params: object): Promise<unknown> {
    // A secret may say what the command would have refused.
    if (!isSecure(new URL(this.#endpoint))) throw new OdooInsecureError(call);
    const { fetch = globalThis.fetch } = this.#options;
    const carrier = { endpoint: this.#endpoint, timeoutMs: this.#timeoutOf(call), fetch };
    const id = this.statistics.calls + 1;
    const answer = await postJson(call, { jsonrpc: '2.0', method: 'call', id, params }, carrier);
    const envelope = envelopeSchema.safeParse(answer);
    if (!envelope.success) throw new NotOdooError(call, 200, 'it is JSON, but not of JSON-RPC.');
    const { error, result = null } = envelope.data;
    if (error === undefined) return result;
    throw errorOfRefusal(error, { name: call, ...(model && { model }) });
  }

  #timeoutOf(call: string): number {
    const { timeoutMs = defaultTimeout, remainingMs } = this.#options;
    const remaining = Math.floor(remainingMs?.() ?? timeoutMs);
    if (remaining >= leastTime) return Math.min(timeoutMs, remaining);
    throw new OdooUnavailableError(
      call,
      'timeout',
      'the earlier calls took so long that no time was left for it. Check the load of the Odoo server.',
    );
  }

  #finished(call: string, milliseconds: number, failure: unknown): void {
    this.statistics.count(call, milliseconds);
    this.#options.onCall?.({
      call,
      milliseconds,
      ok: failure === undefined,
      ...(failure !== undefined && { code: failure instanceof OdooError ? failure.code : 'error' }),
    });
  }
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

function checked<T>(call: string, answer: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const complaints = result.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'all'}: ${issue.code}`);
  throw new OdooAnswerError(call, complaints);
}
