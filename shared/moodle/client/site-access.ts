import { secretIn, webAddress } from '#shared/http/web-access.ts';

/**
 * The address of a Moodle as in its `wwwroot`, without a slash at the end.
 *
 * @throws WebAccessError
 */
export function siteAddress(text: string): string {
  webAddress(text, {
    name: 'Moodle',
    example: 'https://moodle.example.org',
    form: 'as in its wwwroot',
    secret: 'token',
  });
  return text.replace(/\/+$/, '');
}

/**
 * The web service token in a text, such as the content of a file.
 *
 * @param source what the text was read from, for the message: `The file x`
 * @throws WebAccessError
 */
export function tokenIn(text: string, source: string): string {
  return secretIn(text, source, 'a token');
}
