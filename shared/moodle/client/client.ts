import type { z } from 'zod';
import { CallStatistics } from '#shared/http/call-statistics.ts';
import { type Answerer, complaintsOf, jsonIn, type RequestOptions, request } from '#shared/http/request.ts';
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
  type UnavailableKind,
  unexpectedStatus,
} from './errors.ts';
import { countVariables, encodeForm, type FormArguments } from './form.ts';

/** What is known of a call once it is over. Holds no arguments: they are personal data. */
export interface FinishedCall {
  function: string;
  milliseconds: number;
  ok: boolean;
  errorcode?: string;
  /** Form variables sent. */
  variables: number;
}

export interface MoodleClientOptions extends RequestOptions {
  /** The site's address as in Moodle's `wwwroot`, e.g. `https://moodle.example.org`. */
  baseUrl: string;
  token: string;
  /** Told of every call when it is over, for logs and metrics. */
  onCall?: (call: FinishedCall) => void;
}

/** Long enough for a grade report of a large course, shorter than what most proxies wait. */
const defaultTimeout = 120_000;
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
    return this.statistics.counted(
      moodleFunction,
      async () => checked(moodleFunction, await this.#post(moodleFunction, formArguments), schema),
      (milliseconds, failure) =>
        this.#options.onCall?.({
          function: moodleFunction,
          milliseconds,
          ok: failure === undefined,
          ...(failure !== undefined && { errorcode: codeOf(failure) }),
          variables: countVariables(formArguments),
        }),
    );
  }

  /** Everything travels in the body, so that no token or name gets into the access log of a web server. */
  async #post(moodleFunction: string, formArguments: FormArguments): Promise<unknown> {
    // A row in a table may say what the command would have refused.
    if (!isSecure(new URL(this.#endpoint))) throw new MoodleInsecureError(moodleFunction);
    const form = encodeForm(formArguments);
    form.set('wstoken', this.#options.token);
    form.set('wsfunction', moodleFunction);
    form.set('moodlewsrestformat', 'json');
    const sent = { method: 'POST', body: form };
    const { response, text } = await request(this.#endpoint, sent, this.#options, moodle(moodleFunction));
    if (response.status !== 200) throw unexpectedStatus(moodleFunction, response.status);
    const answer = jsonIn(text);
    if (answer !== undefined) return answer;
    const what = text.trim() === '' ? 'an empty page' : 'something that is not JSON';
    throw new MoodleUnavailableError(
      moodleFunction,
      'not-json',
      `it was ${what}. Check the base URL and Moodle's or PHP's error log.`,
      { httpStatus: 200 },
    );
  }
}

/** What is told of a Moodle whose answer to a call did not come. */
function moodle(moodleFunction: string): Answerer {
  return {
    name: 'Moodle',
    timeoutMs: defaultTimeout,
    checked: 'the base URL, the network and its certificate',
    unavailable: (kind: UnavailableKind, detail, cause) =>
      new MoodleUnavailableError(moodleFunction, kind, detail, { cause }),
  };
}

function checked<T>(moodleFunction: string, answer: unknown, schema: z.ZodType<T>): T {
  const refusal = refusalIn(answer);
  if (refusal !== undefined) throw errorOfCode(moodleFunction, plainErrorcode(moodleFunction, refusal));
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new MoodleAnswerError(moodleFunction, complaintsOf(result.error));
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
