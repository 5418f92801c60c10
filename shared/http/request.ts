import type * as z from 'zod';
import { AnswerTooLargeError, answerText, systemCode, tooLarge } from './answer-text.ts';

/** How a peer is called, whichever it is. */
export interface RequestOptions {
  /** How long one call may take, until the last byte of its answer; as long as the peer's calls may unless told. */
  timeoutMs?: number;
  /** How much time the caller has left, in milliseconds: no call is begun, or waited for, beyond it. */
  remainingMs?: () => number;
  /** Stands in for the global fetch, which keeps connections alive. */
  fetch?: typeof fetch;
}

/** What is told of a peer whose answer did not come. */
export interface Answerer {
  /** `Moodle`. */
  readonly name: string;
  readonly timeoutMs: number;
  /** What to check where no connection comes about: `the URL`. */
  readonly checked: string;
  unavailable(kind: 'timeout' | 'connection' | 'too-large', detail: string, cause?: unknown): Error;
}

/** A call that has less time than this would hardly end, in milliseconds. */
const leastTime = 1_000;

/**
 * Sends a request, and reads its answer to the end, whatever its status. It is never sent again, and follows no redirect.
 *
 * @throws what the peer makes of an answer that did not come, or came too large
 */
export async function request(
  url: string,
  init: RequestInit,
  { timeoutMs: most, remainingMs, fetch = globalThis.fetch }: RequestOptions,
  peer: Answerer,
): Promise<{ response: Response; text: string }> {
  const longest = most ?? peer.timeoutMs;
  const remaining = Math.floor(remainingMs?.() ?? longest);
  const check = `Check the load of the ${peer.name} server.`;
  if (remaining < leastTime)
    throw peer.unavailable(
      'timeout',
      `the earlier calls took so long that no time was left for it. ${check}`,
    );
  const timeoutMs = Math.min(longest, remaining);
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    return { response, text: await answerText(response) };
  } catch (error) {
    if (error instanceof AnswerTooLargeError) throw peer.unavailable('too-large', tooLarge);
    if (error instanceof Error && error.name === 'TimeoutError')
      throw peer.unavailable('timeout', `nothing came within ${timeoutMs / 1000} s. ${check}`, error);
    const code = systemCode(error);
    throw peer.unavailable('connection', `the connection failed (${code}). Check ${peer.checked}.`, error);
  }
}

/** The value of a JSON text; undefined where it is none. The parser's own message quotes the text, which may show anything. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where an answer is not of the expected shape: path and complaint of some parts, without their values. */
export function complaintsOf({ issues }: z.ZodError): string[] {
  return issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'all'}: ${issue.code}`);
}
