import { secretIn, WebAccessError, webAddress } from '#shared/http/web-access.ts';

/** What browsers show behind the host, and people copy with it. */
const pagesOfOdoo = /^\/((web|odoo)(\/.*)?)?$/;

/**
 * The address of an Odoo, without a path: its interface lies at the root of the host.
 *
 * @throws WebAccessError
 */
export function erpAddress(text: string): string {
  const url = webAddress(text, {
    name: 'ERP',
    example: 'https://erp.example.org',
    form: 'as its login page has it',
    secret: 'key',
  });
  if (pagesOfOdoo.test(url.pathname)) return url.origin;
  throw new WebAccessError(
    `The ERP's address has a path, ${url.pathname}, and Odoo lies at the root of a host: give ${url.origin} if it is ` +
      'there, or have the proxy give Odoo a host of its own.',
  );
}

/**
 * The API key in a text, such as the content of a file.
 *
 * @param source what the text was read from, for the message: `The file x`
 * @throws WebAccessError
 */
export function keyIn(text: string, source: string): string {
  return secretIn(text, source, 'an API key');
}
