import * as z from 'zod';
import { jsonIn } from '#shared/http/request.ts';
import { NotOdooError, OdooLoginError } from './errors.ts';
import { errorOfRefusal, refusalSchema } from './refusal.ts';
import {
  type Account,
  checked,
  type Exchange,
  type MethodCall,
  noJson,
  type Transport,
  unexpectedStatus,
} from './transport.ts';

const envelopeSchema = z.object({
  jsonrpc: z.literal('2.0'),
  error: z.object({ data: refusalSchema.catch({ name: '', message: '' }) }).optional(),
  /** Left out where a method returns nothing. */
  result: z.unknown().optional(),
});
/** The user's id; Odoo answers false where it refuses. */
const loginSchema = z.union([z.int().positive(), z.literal(false)]);
const versionSchema = z.object({ server_version: z.string() });

/** Odoo's `/jsonrpc`, which answers its errors with status 200 too. Odoo 19 deprecates it, and 22 is to be without. */
export class JsonRpc implements Transport {
  readonly name = 'jsonrpc';
  readonly #account: Account;
  readonly #exchange: Exchange;

  constructor(account: Account, exchange: Exchange) {
    this.#account = account;
    this.#exchange = exchange;
  }

  async version(): Promise<string> {
    const answer = await this.#post('version', { service: 'common', method: 'version', args: [] });
    return checked('version', answer, versionSchema).server_version;
  }

  async login(): Promise<number> {
    const { database, user, key } = this.#account;
    const params = { service: 'common', method: 'login', args: [database, user, key] };
    const id = checked('login', await this.#post('login', params), loginSchema);
    if (id === false) throw new OdooLoginError('login');
    return id;
  }

  call({ model, method, args, keywords }: MethodCall, user: number): Promise<unknown> {
    const { database, key } = this.#account;
    const all = [database, user, key, model, method, args, keywords];
    const params = { service: 'object', method: 'execute_kw', args: all };
    return this.#post(`${model}.${method}`, params, model);
  }

  async #post(call: string, params: object, model?: string): Promise<unknown> {
    const body = { jsonrpc: '2.0', method: 'call', id: 1, params };
    const received = await this.#exchange(call, { path: '/jsonrpc', body });
    const { status, text } = received;
    if (status !== 200) throw unexpectedStatus(call, status);
    const answer = jsonIn(text);
    if (answer === undefined) throw noJson(call, received, text.trimStart().startsWith('{"jsonrpc"'));
    const envelope = envelopeSchema.safeParse(answer);
    if (!envelope.success) throw new NotOdooError(call, status, 'it is JSON, but not of JSON-RPC.');
    const { error, result = null } = envelope.data;
    if (error === undefined) return result;
    throw errorOfRefusal(error.data, { name: call, ...(model && { model }) });
  }
}
