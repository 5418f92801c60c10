import * as z from 'zod';
import { complaintsOf } from '#shared/http/request.ts';
import { NotOdooError, OdooAnswerError, OdooUnavailableError } from './errors.ts';

/** The two ways in which an Odoo is called: JSON-2 from Odoo 19 on, `/jsonrpc` before (and deprecated since). */
export const transportName = z.enum(['json-2', 'jsonrpc']);
export type TransportName = z.infer<typeof transportName>;

/** Who calls what: the same for both. */
export type Account = { database: string; user: string; key: string };

/** One call of a method, with positional and keyword arguments as Python has them. */
export type MethodCall = {
  model: string;
  method: string;
  args: readonly unknown[];
  keywords: Readonly<Record<string, unknown>>;
};

/** Calls the methods of one Odoo's models, each call exactly once. All throw OdooError. */
export interface Transport {
  readonly name: TransportName;
  /** Odoo's version, such as `18.0-20250506`; needs no login. */
  version(): Promise<string>;
  /** The user's id. */
  login(): Promise<number>;
  call(call: MethodCall, user: number): Promise<unknown>;
}

/** What is sent to Odoo. */
export type Sent = { path: string; headers?: Record<string, string>; body?: unknown };
/** What came back, whatever its status. */
export type Received = { status: number; isJson: boolean; text: string };

/** Sends something to the Odoo of a client: a POST where it has a body. @throws OdooUnavailableError when nothing came */
export type Exchange = (call: string, sent: Sent) => Promise<Received>;

/** An answer of Odoo's, as far as it is used. @throws OdooAnswerError */
export function checked<T>(call: string, answer: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new OdooAnswerError(call, complaintsOf(result.error));
}

/** What an answer is that should be JSON. @param began whether it began as one */
export function noJson(
  call: string,
  { status, text }: Received,
  began: boolean,
): NotOdooError | OdooUnavailableError {
  if (began)
    return new OdooUnavailableError(call, 'half-answer', 'its answer breaks off. It will be tried again.', {
      httpStatus: status,
    });
  return new NotOdooError(call, status, text.trim() === '' ? 'it is an empty page.' : 'it is no JSON.');
}

/** What an answer is that has another status than Odoo gives, and nothing of Odoo's in it. */
export function unexpectedStatus(call: string, status: number): NotOdooError | OdooUnavailableError {
  if (status >= 300 && status < 400)
    return new NotOdooError(call, status, `it redirects elsewhere (HTTP ${status}).`);
  if (!canPass(status)) return new NotOdooError(call, status, `it answers HTTP status ${status}.`);
  const advice =
    status === 413
      ? "Raise the proxy's limit for the size of a request."
      : 'Check that Odoo is up, and the proxy before it.';
  return new OdooUnavailableError(call, 'http', `HTTP status ${status}. ${advice}`, { httpStatus: status });
}

/** Whether a status says that it cannot now. */
export function canPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 413 || status === 429;
}
