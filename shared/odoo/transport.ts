import { AnswerTooLargeError, answerText, tooLarge } from '#shared/answer-text.ts';
import { systemCode } from '#shared/system-code.ts';
import { NotOdooError, OdooUnavailableError } from './errors.ts';

/** How a call is carried: where to, for how long, and by what. */
export type Carrier = { endpoint: string; timeoutMs: number; fetch: typeof globalThis.fetch };

/**
 * Posts JSON to Odoo and answers what it made of it, parsed. Odoo answers its errors with status 200 too.
 *
 * @throws OdooUnavailableError when nothing came, half of it came, or a status says that it cannot now
 * @throws NotOdooError when something else than JSON-RPC answered
 */
export async function postJson(call: string, body: unknown, carrier: Carrier): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await carrier.fetch(carrier.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(carrier.timeoutMs),
    });
    text = await answerText(response);
  } catch (error) {
    throw brokenConnection(call, error, carrier.timeoutMs);
  }
  if (response.status !== 200) throw unexpectedStatus(call, response);
  return parsed(call, text);
}

function parsed(call: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may show anything: it is not passed on.
    if (text.trimStart().startsWith('{"jsonrpc"'))
      throw new OdooUnavailableError(call, 'half-answer', 'its answer breaks off. It will be tried again.', {
        httpStatus: 200,
      });
    throw new NotOdooError(call, 200, text.trim() === '' ? 'it is an empty page.' : 'it is no JSON.');
  }
}

function brokenConnection(call: string, error: unknown, timeoutMs: number): OdooUnavailableError {
  if (error instanceof AnswerTooLargeError) return new OdooUnavailableError(call, 'too-large', tooLarge);
  if (error instanceof Error && error.name === 'TimeoutError')
    return new OdooUnavailableError(
      call,
      'timeout',
      `nothing came within ${timeoutMs / 1000} s. Check the load of the Odoo server.`,
      { cause: error },
    );
  return new OdooUnavailableError(
    call,
    'connection',
    `the connection failed (${systemCode(error)}). Check the URL, the network and the certificate.`,
    { cause: error },
  );
}

function unexpectedStatus(call: string, { status }: Response): NotOdooError | OdooUnavailableError {
  if (status >= 300 && status < 400)
    return new NotOdooError(call, status, `it redirects elsewhere (HTTP ${status}).`);
  const canPass = status >= 500 || status === 408 || status === 413 || status === 429;
  if (!canPass) return new NotOdooError(call, status, `it answers HTTP status ${status}.`);
  const advice =
    status === 413
      ? "Raise the proxy's limit for the size of a request."
      : 'Check that Odoo is up, and the proxy before it.';
  return new OdooUnavailableError(call, 'http', `HTTP status ${status}. ${advice}`, { httpStatus: status });
}
