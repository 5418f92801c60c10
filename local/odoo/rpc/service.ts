import { setTimeout as sleep } from 'node:timers/promises';
import { htmlPage } from '#local/wire/broken-answer.ts';
import { userId } from '../models/base.ts';
import { accessDenied, OdooException, pythonError } from '../odoo-exception.ts';
import type { Environment } from '../orm/model.ts';
import { majorOf } from '../release.ts';
import { type Answer, errorAnswer } from './answer.ts';
import { type Json2Request, requireAdmission } from './json-2.ts';
import { callMethod } from './methods.ts';

/** A JSON-RPC request taken apart. */
export type RpcRequest = { id: unknown; service: string; method: string; args: readonly unknown[] };

/** Answers requests as Odoo's `/jsonrpc` does: the database, then the user and the key, then the method of the model. */
export class RpcService {
  readonly #begin: () => Environment;
  readonly #key: string;

  /** @param begin what a transaction that begins now works with */
  constructor(options: { begin: () => Environment; key: string }) {
    this.#begin = options.begin;
    this.#key = options.key;
  }

  /** Never rejects for what a caller did wrong; that is an answer. */
  async answer(request: RpcRequest): Promise<Answer> {
    return this.#answered(request.id, () => this.#result(request));
  }

  /** The same for JSON-2, where the key alone says who calls. */
  async answerJson2(request: Json2Request): Promise<Answer> {
    const { database, model, method, args, keywords } = request;
    const env = this.#begin();
    // No database, no addresses in it.
    if (database !== env.settings.database || majorOf(env.settings.release) < 19) return htmlPage(404);
    return this.#answered(null, () => {
      requireAdmission(request, this.#key, env);
      return env.database.transaction(() => callMethod(model, method, args, keywords, env));
    });
  }

  async #answered(id: unknown, result: () => unknown): Promise<Answer> {
    try {
      const { latencyMilliseconds } = this.#begin().settings;
      if (latencyMilliseconds > 0) await sleep(latencyMilliseconds);
      return { kind: 'result', id, result: result() };
    } catch (error) {
      if (error instanceof OdooException) return errorAnswer(id, error);
      throw error;
    }
  }

  #result({ service, method, args }: RpcRequest): unknown {
    const env = this.#begin();
    if (service === 'common' && method === 'version') return versionOf(env);
    if (service === 'common' && (method === 'login' || method === 'authenticate'))
      return this.#login(args, env);
    if (service === 'object' && method === 'execute_kw') return this.#executeKw(args, env);
    throw pythonError('KeyError', service);
  }

  #login([database, user, key]: readonly unknown[], env: Environment): number | false {
    requireDatabase(database, env);
    return user === env.settings.user && key === this.#key ? userId : false;
  }

  #executeKw(args: readonly unknown[], env: Environment): unknown {
    const [database, user, key, model, method, positional, keywords] = args;
    requireDatabase(database, env);
    if (user !== userId || key !== this.#key) throw accessDenied();
    const named = (keywords ?? {}) as Record<string, unknown>;
    return env.database.transaction(() =>
      callMethod(String(model), String(method), positional as unknown[], named, env),
    );
  }
}

function requireDatabase(name: unknown, { settings }: Environment): void {
  if (name === settings.database) return;
  throw new OdooException(
    'psycopg2.OperationalError',
    `connection to server at "localhost" (127.0.0.1), port 5432 failed: FATAL:  database "${name}" does not exist\n`,
  );
}

function versionOf({ settings }: Environment): object {
  const major = majorOf(settings.release);
  return {
    server_version: `${major}.0-20250506`,
    server_version_info: [major, 0, 0, 'final', 0, ''],
    server_serie: `${major}.0`,
    protocol_version: 1,
  };
}
