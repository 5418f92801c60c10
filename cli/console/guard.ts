import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Why a request is turned away. */
export type Refusal = 'wrong host' | 'other origin' | 'used secret' | 'no session';

/**
 * Who may use the console: whoever has opened its address first. Other pages in the same browser must not reach it, by
 * links, forms or a name that leads to this machine (DNS rebinding), so host and origin have to be its own.
 */
export class Guard {
  /** The secret in the address, while it is good. */
  #secret: string | undefined = newSecret();
  readonly #session = newSecret();
  #host = '';

  /** The address to open. @param port where the server listens */
  begin(port: number): string {
    this.#host = `127.0.0.1:${port}`;
    return `http://${this.#host}/begin?secret=${this.#secret}`;
  }

  /** Undefined where the request may go on. */
  refusal({ headers, method, cookies }: FastifyRequest): Refusal | undefined {
    if (headers.host !== this.#host) return 'wrong host';
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'other origin';
    const isChange = method !== 'GET' && method !== 'HEAD';
    if (headers.origin !== undefined ? headers.origin !== `http://${this.#host}` : isChange)
      return 'other origin';
    return isSame(cookies[this.#cookie] ?? '', this.#session) ? undefined : 'no session';
  }

  /** Exchanges the secret for a session; nobody can do that twice. */
  enter(secret: string, reply: FastifyReply): Refusal | undefined {
    if (this.#secret === undefined || !isSame(secret, this.#secret)) return 'used secret';
    this.#secret = undefined;
    reply.setCookie(this.#cookie, this.#session, { httpOnly: true, sameSite: 'strict', path: '/' });
    return undefined;
  }

  /** Cookies know no ports: two consoles on one machine would take each other's. */
  get #cookie(): string {
    return `console-${this.#host.split(':')[1]}`;
  }
}

const newSecret = () => randomBytes(24).toString('base64url');

function isSame(given: string, known: string): boolean {
  return given.length === known.length && timingSafeEqual(Buffer.from(given), Buffer.from(known));
}
