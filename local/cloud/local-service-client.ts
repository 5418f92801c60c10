import { Agent, request } from 'node:http';

/** What a service answered, unparsed. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Calls an emulator in this process (dynalite, fauxqs) over a kept-alive loopback connection. */
export class LocalServiceClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });
  readonly #port: number;

  /** @param port where it listens on 127.0.0.1 */
  constructor(port: number) {
    this.#port = port;
  }

  /**
   * @param target `x-amz-target`, e.g. `DynamoDB_20120810.PutItem`
   * @param body JSON text
   * @returns the answer whatever its status; rejects when the connection breaks
   */
  call(target: string, body: string): Promise<ServiceAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent: this.#agent,
          host: '127.0.0.1',
          port: this.#port,
          method: 'POST',
          path: '/',
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': Buffer.byteLength(body),
            'x-amz-target': target,
            'x-amz-date': '20200101T000000Z',
            // dynalite wants the header to be there; nobody checks the signature.
            authorization:
              'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/local/aws4_request, SignedHeaders=host, Signature=0',
          },
        },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part: Buffer) => parts.push(part));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const queryError = incoming.headers['x-amzn-query-error'];
            resolve({
              status: incoming.statusCode ?? 500,
              headers: typeof queryError === 'string' ? { 'x-amzn-query-error': queryError } : {},
              text: Buffer.concat(parts).toString('utf8'),
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }
}
