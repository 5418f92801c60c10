import type { z } from 'zod';
import { CallStatistics } from '#shared/http/call-statistics.ts';
import { isSecure } from '#shared/http/web-access.ts';
import type { MoodleCaller } from './caller.ts';
import { isWriting } from './caller.ts';
import {
  errorOfCode,
  MoodleAnswerError,
  MoodleInsecureError,
  MoodleUnavailableError,
  phpFailure,
  plainErrorcode,
} from './errors.ts';
import { countVariables, encodeForm, type FormArguments } from './form.ts';
import { postForm } from './transport.ts';

/** What is known of a call once it is over. Holds no arguments: they are personal data. */
export interface FinishedCall {
  function: string;
  milliseconds: number;
  ok: boolean;
  errorcode?: string;
  /** Form variables sent. */
  variables: number;
}

export interface MoodleClientOptions {
  /** The site's address as in Moodle's `wwwroot`, e.g. `https://moodle.example.org`. */
  baseUrl: string;
  token: string;
  /** How long one call may take, until the last byte of its answer. 120 s unless told. */
  timeoutMs?: number;
  /** How much time the caller has left, in milliseconds: no call is begun, or waited for, beyond it. */
  remainingMs?: () => number;
  /** Stands in for the global fetch, which keeps connections alive. */
  fetch?: typeof fetch;
  /** Told of every call when it is over, for logs and metrics. */
  onCall?: (call: FinishedCall) => void;
}

/** Long enough for a grade report of a large course, shorter than what most proxies wait. */
const defaultTimeout = 120_000;
/** A call that has less time than this would hardly end. */
const leastTime = 1_000;

/** Calls the web service functions of one Moodle over its REST protocol, each call exactly once. */
export class MoodleClient implements MoodleCaller {
  readonly statistics = new CallStatistics(isWriting);
  readonly #endpoint: string;
  readonly #options: MoodleClientOptions;

  constructor(options: MoodleClientOptions) {
    this.#options = options;
    this.#endpoint = `${options.baseUrl.replace(/\/+$/, '')}/webservice/rest/server.php`;
  }

  /**
   * Calls a function and checks its answer. It never tries again: whether a call may be repeated, only the
   * caller knows.
   *
   * @param schema the documented shape of the answer, as far as it is used
   * @throws MoodleError when Moodle refuses, MoodleAuthError when it refuses the token or its rights
   * @throws MoodleUnavailableError when nothing came back that Moodle's web services would say
   * @throws MoodleAnswerError when the answer has another shape
   */
  async call<T>(moodleFunction: string, formArguments: FormArguments, schema: z.ZodType<T>): Promise<T> {
    const started = performance.now();
    let failure: unknown;
    try {
      return checked(moodleFunction, await this.#post(moodleFunction, formArguments), schema);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.#finished(moodleFunction, formArguments, performance.now() - started, failure);
    }
  }

  async #post(moodleFunction: string, formArguments: FormArguments): Promise<unknown> {
    // A row in a table may say what the command would have refused.
    if (!isSecure(new URL(this.#endpoint))) throw new MoodleInsecureError(moodleFunction);
    const form = encodeForm(formArguments);
    form.set('wstoken', this.#options.token);
    form.set('wsfunction', moodleFunction);
    form.set('moodlewsrestformat', 'json');
    const { fetch = globalThis.fetch } = this.#options;
    const text = await postForm(moodleFunction, this.#endpoint, form, this.#timeoutOf(moodleFunction), fetch);
    try {
      return JSON.parse(text);
    } catch {
      // The parser's own message quotes the page, which may show anything: it is not passed on.
      const what = text.trim() === '' ? 'an empty page' : 'something that is not JSON';
      throw new MoodleUnavailableError(
        moodleFunction,
        'not-json',
        `it was ${what}. Check the base URL and Moodle's or PHP's error log.`,
        { httpStatus: 200 },
      );
    }
  }

  #timeoutOf(moodleFunction: string): number {
    const { timeoutMs = defaultTimeout, remainingMs } = this.#options;
    const remaining = Math.floor(remainingMs?.() ?? timeoutMs);
    if (remaining >= leastTime) return Math.min(timeoutMs, remaining);
    throw new MoodleUnavailableError(
      moodleFunction,
      'timeout',
      'the earlier calls took so long that no time was left for it. Check the load of the Moodle server.',
    );
  }

  #finished(moodleFunction: string, formArguments: FormArguments, milliseconds: number, failure: unknown) {
    this.statistics.count(moodleFunction, milliseconds);
    const errorcode = failure === undefined ? undefined : codeOf(failure);
    this.#options.onCall?.({
      function: moodleFunction,
      milliseconds,
      ok: failure === undefined,
      ...(errorcode !== undefined && { errorcode }),
      variables: countVariables(formArguments),
    });
  }
}

function checked<T>(moodleFunction: string, answer: unknown, schema: z.ZodType<T>): T {
  const refusal = refusalIn(answer);
  if (refusal !== undefined) throw errorOfCode(moodleFunction, plainErrorcode(moodleFunction, refusal));
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const complaints = result.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'all'}: ${issue.code}`);
  throw new MoodleAnswerError(moodleFunction, complaints);
}

/** The errorcode of an answer that is an exception; a failure in Moodle's own code has none, only PHP's message. */
function refusalIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('exception' in answer)) return undefined;
  const { errorcode } = answer as { errorcode?: unknown };
  return typeof errorcode === 'string' && errorcode !== '' ? errorcode : phpFailure;
}

function codeOf(failure: unknown): string {
  if (failure instanceof MoodleUnavailableError) return failure.kind;
  if (failure instanceof MoodleAnswerError) return 'unexpectedanswer';
  return failure instanceof Error && 'errorcode' in failure ? String(failure.errorcode) : 'error';
}
