import type { IncomingMessage, ServerResponse } from 'node:http';
import inject from 'light-my-request';

/** What a service answered, unparsed. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What handles a server's requests. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Calls an emulator in this process (fauxqs) as over HTTP, but without a connection: it does not listen, so nobody else
 * can reach it, and a call costs a third less.
 */
export class InProcessService {
  readonly #listener: RequestListener;

  constructor(listener: RequestListener) {
    this.#listener = listener;
  }

  /**
   * @param target `x-amz-target`, e.g. `AmazonSQS.SendMessage`
   * @param body JSON text
   * @returns the answer whatever its status
   */
  async call(target: string, body: string): Promise<ServiceAnswer> {
    const { statusCode, headers, payload } = await inject(this.#listener, {
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
      },
      payload: body,
    });
    const queryError = headers['x-amzn-query-error'];
    return {
      status: statusCode,
      headers: typeof queryError === 'string' ? { 'x-amzn-query-error': queryError } : {},
      text: payload,
    };
  }

  /** @returns the body of a GET request. @param url path of the request */
  async get(url: string): Promise<string> {
    return (await inject(this.#listener, { method: 'GET', url })).payload;
  }
}
