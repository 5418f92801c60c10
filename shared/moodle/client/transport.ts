import { AnswerTooLargeError, answerText, systemCode, tooLarge } from '#shared/http/answer-text.ts';
import { MoodleUnavailableError } from './errors.ts';

/**
 * Posts a form to Moodle and answers the body of a 200. Everything travels in the body, so that no token or name
 * gets into the access log of a web server.
 *
 * @throws MoodleUnavailableError for every other outcome
 */
export async function postForm(
  moodleFunction: string,
  endpoint: string,
  form: URLSearchParams,
  timeoutMs: number,
  fetch: typeof globalThis.fetch,
): Promise<string> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      body: form,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await answerText(response);
  } catch (error) {
    throw brokenConnection(moodleFunction, error, timeoutMs);
  }
  if (response.status !== 200) throw unexpectedStatus(moodleFunction, response);
  return text;
}

function brokenConnection(moodleFunction: string, error: unknown, timeoutMs: number): MoodleUnavailableError {
  if (error instanceof AnswerTooLargeError)
    return new MoodleUnavailableError(moodleFunction, 'too-large', tooLarge);
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new MoodleUnavailableError(
      moodleFunction,
      'timeout',
      `nothing came within ${timeoutMs / 1000} s. Check the load of the Moodle server.`,
      { cause: error },
    );
  }
  return new MoodleUnavailableError(
    moodleFunction,
    'connection',
    `the connection failed (${systemCode(error)}). Check the base URL, the network and its certificate.`,
    { cause: error },
  );
}

function unexpectedStatus(moodleFunction: string, { status }: Response): MoodleUnavailableError {
  if (status >= 300 && status < 400) {
    return new MoodleUnavailableError(
      moodleFunction,
      'redirect',
      `it redirects elsewhere (HTTP ${status}). The base URL must be exactly the site's wwwroot, and no login page may ` +
        'stand before /webservice.',
      { httpStatus: status },
    );
  }
  return new MoodleUnavailableError(
    moodleFunction,
    'http',
    `HTTP status ${status}. ${adviceForStatus(status)}`,
    {
      httpStatus: status,
    },
  );
}

function adviceForStatus(status: number): string {
  if (status === 403)
    return 'Enable web services and the REST protocol in Moodle, and let the firewall pass.';
  if (status === 404) return 'Check the base URL of the instance.';
  if (status === 413) return "Raise the web server's limit for the size of a request.";
  return 'Check that Moodle is up.';
}
