import * as z from 'zod';
import { jsonIn } from '#shared/http/request.ts';
import { OdooArgumentError, OdooDatabaseError, type OdooError, OdooLoginError } from './errors.ts';
import { JsonRpc } from './json-rpc.ts';
import { errorOfRefusal, refusalSchema } from './refusal.ts';
import {
  type Account,
  canPass,
  checked,
  type Exchange,
  type MethodCall,
  noJson,
  type Received,
  type Transport,
  unexpectedStatus,
} from './transport.ts';

const versionSchema = z.object({ version: z.string() });
const contextSchema = z.object({ uid: z.int().positive() });
const usersSchema = z.tuple([z.object({ login: z.string() })]);

/** What Odoo calls the positional arguments of its methods: JSON-2 takes named ones only. Of others it is the ids. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  search: ['domain'],
  search_read: ['domain'],
  search_count: ['domain'],
  create: ['vals_list'],
  read: ['ids', 'fields'],
  write: ['ids', 'vals'],
  has_access: ['ids', 'operation'],
  has_group: ['ids', 'group_ext_id'],
};

/** Odoo's JSON-2 (`/json/2/…`), from Odoo 19 on: the key is the bearer's, arguments are named, statuses tell of errors. */
export class Json2 implements Transport {
  readonly name = 'json-2';
  readonly #account: Account;
  readonly #exchange: Exchange;
  readonly #version: string;
  readonly #jsonRpc: JsonRpc;
  /** Methods of modules that take no arguments by Odoo's names. */
  readonly #byPosition = new Set<string>();

  private constructor(account: Account, exchange: Exchange, version: string) {
    this.#account = account;
    this.#exchange = exchange;
    this.#version = version;
    this.#jsonRpc = new JsonRpc(account, exchange);
  }

  /**
   * Asks an Odoo whether it has JSON-2, without the key.
   *
   * @returns undefined where it has not
   * @throws OdooUnavailableError where it cannot tell now
   */
  static async of(account: Account, exchange: Exchange): Promise<Json2 | undefined> {
    const { status, text } = await exchange('version', { path: '/json/version' });
    if (canPass(status)) throw unexpectedStatus('version', status);
    const answer = versionSchema.safeParse(jsonIn(text));
    return answer.success ? new Json2(account, exchange, answer.data.version) : undefined;
  }

  async version(): Promise<string> {
    return this.#version;
  }

  /** A key alone says whose it is: that of another user than the operator has named would do what nobody expects. */
  async login(): Promise<number> {
    const user = { model: 'res.users', method: 'context_get', args: [], keywords: {} };
    const { uid } = checked('login', await this.#post('login', user), contextSchema);
    const own = { model: 'res.users', method: 'read', args: [[uid], ['login']], keywords: {} };
    const [{ login }] = checked('login', await this.#post('login', own), usersSchema);
    if (login !== this.#account.user) throw new OdooLoginError('login');
    return uid;
  }

  /**
   * A module that has named the argument of its `create` otherwise than Odoo (OpenEduCat has, of departments and lectures)
   * can be called by position only: Odoo looks for the module's name, and then gives it to a method that knows Odoo's. It
   * has done nothing then.
   */
  async call(call: MethodCall, user: number): Promise<unknown> {
    const name = `${call.model}.${call.method}`;
    if (this.#byPosition.has(name)) return this.#jsonRpc.call(call, user);
    try {
      return await this.#post(name, call);
    } catch (error) {
      if (!(error instanceof OdooArgumentError)) throw error;
      this.#byPosition.add(name);
      return this.#jsonRpc.call(call, user);
    }
  }

  async #post(name: string, { model, method, args, keywords }: MethodCall): Promise<unknown> {
    const { database, key } = this.#account;
    const names = parameters[method] ?? ['ids'];
    const received = await this.#exchange(name, {
      path: `/json/2/${model}/${method}`,
      headers: { authorization: `bearer ${key}`, 'x-odoo-database': database },
      body: { ...Object.fromEntries(args.map((value, index) => [names[index]!, value])), ...keywords },
    });
    const answer = jsonIn(received.text);
    if (received.status !== 200) throw errorOf(name, model, received, answer);
    if (answer === undefined) throw noJson(name, received, received.isJson);
    return answer;
  }
}

function errorOf(call: string, model: string, { status, isJson }: Received, answer: unknown): OdooError {
  const refusal = z.object({ name: z.string() }).safeParse(answer);
  if (refusal.success) return errorOfRefusal(refusalSchema.parse(answer), { name: call, model });
  // A page instead of JSON: Odoo has found no database in which to look for the address, which it is known to have.
  if (status === 404 && !isJson) return new OdooDatabaseError(call);
  return unexpectedStatus(call, status);
}
