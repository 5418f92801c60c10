import Fastify, { type FastifyInstance } from 'fastify';

/** Stands around a call: may delay it, leave it out, or replace its answer. */
export type InterceptorOf<Call, Answer> = (call: Call, proceed: () => Promise<Answer>) => Promise<Answer>;

const BODY_LIMIT = 64 * 1024 * 1024;

/** A server on 127.0.0.1 that stands in for a system: its calls are kept, and can be interfered with. */
export abstract class SimulatedPeer<Call, Answer, Logged extends { milliseconds: number }> {
  readonly url: string;
  /** The calls so far: nothing of their arguments or their answers. */
  readonly calls: Logged[] = [];
  readonly #server: FastifyInstance;
  readonly #interceptors: InterceptorOf<Call, Answer>[] = [];
  readonly #log: (line: string) => void;

  /** @param log gets a line for each call: its name, how large it was, how it ended and how long it took */
  protected constructor(server: FastifyInstance, url: string, log: (line: string) => void = () => {}) {
    this.#server = server;
    this.url = url;
    this.#log = log;
  }

  /**
   * Puts an interceptor around every call from now on; the one added last is outermost.
   *
   * @returns a function that takes it away again
   */
  intercept(interceptor: InterceptorOf<Call, Answer>): () => void {
    this.#interceptors.push(interceptor);
    return () => {
      const index = this.#interceptors.indexOf(interceptor);
      if (index >= 0) this.#interceptors.splice(index, 1);
    };
  }

  /** Empties the log of calls. */
  resetCalls(): void {
    this.calls.length = 0;
  }

  /** Closes the server and every connection to it. */
  async stop(): Promise<void> {
    await this.#server.close();
  }

  /** What is kept of a call, and what its line says. */
  protected abstract describe(
    call: Call,
    answer: Answer,
  ): { logged: Omit<Logged, 'milliseconds'>; line: string };

  /** Answers a call through all that stands around it. */
  protected async answered(call: Call, answer: () => Promise<Answer>): Promise<Answer> {
    const started = performance.now();
    const around = this.#interceptors.reduce<() => Promise<Answer>>(
      (proceed, interceptor) => () => interceptor(call, proceed),
      answer,
    );
    const given = await around();
    const milliseconds = performance.now() - started;
    const { logged, line } = this.describe(call, given);
    this.calls.push({ ...logged, milliseconds } as Logged);
    this.#log(`${line} ${milliseconds.toFixed(1)} ms`);
    return given;
  }
}

/**
 * Starts the server of a peer. The routes need the peer, which needs its own address, which is known only once the
 * server listens.
 *
 * @param port 0 takes a free one
 */
export async function listen<Peer>(
  port: number,
  routes: (server: FastifyInstance, running: () => Peer) => void,
  peerAt: (server: FastifyInstance, url: string) => Peer,
): Promise<Peer> {
  const server = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
  let peer: Peer | undefined;
  routes(server, () => {
    if (!peer) throw new Error('the server is still starting');
    return peer;
  });
  const url = await server.listen({ host: '127.0.0.1', port });
  peer = peerAt(server, url);
  return peer;
}
