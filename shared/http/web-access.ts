/** An address or a secret with which a server cannot be reached, or not safely; the message says what to give instead. */
export class WebAccessError extends Error {
  override name = 'WebAccessError';
}

/** How a server is called in messages. */
export interface NamedServer {
  /** `Moodle`. */
  name: string;
  /** `https://moodle.example.org`. */
  example: string;
  /** What its address is like: `as in its wwwroot`. */
  form: string;
  /** What must not travel in the clear: `token`. */
  secret: string;
}

/**
 * The address of a server. A secret must not travel in the clear, except on this machine.
 *
 * @throws WebAccessError
 */
export function webAddress(text: string, { name, example, form, secret }: NamedServer): URL {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new WebAccessError(`The ${name}'s address is no web address: give one like ${example}.`);
  if (!isSecure(url))
    throw new WebAccessError(
      `The ${name} must be reached over https, or the ${secret} could be read on the way.`,
    );
  if (url.username || url.password || url.search || url.hash) {
    throw new WebAccessError(
      `Give the ${name}'s plain address, ${form}: no user, password, ? or # belongs in it.`,
    );
  }
  return url;
}

/** Whether nobody on the way can read what is sent to an address: by https, or to this machine. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/**
 * The one word in a text, such as the content of a file.
 *
 * @param source what the text was read from, for the message: `The file x`
 * @param what `a token`
 * @throws WebAccessError
 */
export function secretIn(text: string, source: string, what: string): string {
  const secret = text.trim();
  if (/^[\w-]{16,}$/.test(secret)) return secret;
  throw new WebAccessError(
    `${source} does not hold ${what}: it should be one word of letters and digits, 16 or more.`,
  );
}
