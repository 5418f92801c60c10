/** An address or a token with which no Moodle can be reached, or not safely; the message says what to give instead. */
export class SiteAccessError extends Error {
  override name = 'SiteAccessError';
}

/**
 * The address of a Moodle as in its `wwwroot`, without a slash at the end. A token must not travel in the clear,
 * except on this machine.
 *
 * @throws SiteAccessError
 */
export function siteAddress(text: string): string {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new SiteAccessError(
      "The Moodle's address is no web address: give one like https://moodle.example.org.",
    );
  }
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !isLoopback) {
    throw new SiteAccessError(
      'The Moodle must be reached over https, or the token could be read on the way.',
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new SiteAccessError(
      "Give the Moodle's plain address, as in its wwwroot: no user, password, ? or # belongs in it.",
    );
  }
  return text.replace(/\/+$/, '');
}

/**
 * The web service token in a text, such as the content of a file.
 *
 * @param source what the text was read from, for the message: `The file x`
 * @throws SiteAccessError
 */
export function tokenIn(text: string, source: string): string {
  const token = text.trim();
  if (/^[\w-]{16,}$/.test(token)) return token;
  throw new SiteAccessError(`${source} does not hold a token: it should be one word of letters and digits.`);
}
