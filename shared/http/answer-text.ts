/** Bytes of an answer, unpacked. The largest that was measured, the grades of 2,000 students, has 12.5 MB. */
export const longestAnswer = 32 * 2 ** 20;

/** Values of an answer: each costs memory, an empty object of two bytes over sixty. That report has half a million. */
export const mostValues = 2_000_000;

/** An answer that is larger than any that is meant. */
export class AnswerTooLargeError extends Error {
  override name = 'AnswerTooLargeError';
}

/** What an answer is said to be that was too large. */
export const tooLarge =
  `it is larger than any answer that is meant (${longestAnswer / 2 ** 20} MB, or ${mostValues / 1e6} million values), ` +
  'and was not read to its end. Check what stands at the address, and a plugin or proxy that changes answers.';

/**
 * The body of an answer, unpacked. It is counted while it comes, so that a broken server, or three megabytes that
 * unpack to three gigabytes, cannot take the memory of the process.
 *
 * @throws AnswerTooLargeError as soon as there is more than the limits; the rest is not fetched
 */
export async function answerText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  let values = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    values += valuesIn(chunk);
    if (bytes > longestAnswer || values > mostValues) throw new AnswerTooLargeError();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const [comma, bracket, brace] = [0x2c, 0x5b, 0x7b];

/** How many values of JSON a part of it begins, at most: what stands in a text is counted too. */
function valuesIn(chunk: Uint8Array): number {
  let values = 0;
  for (const byte of chunk) if (byte === comma || byte === bracket || byte === brace) values += 1;
  return values;
}

/** The operating system's word for a broken connection, such as ECONNREFUSED: fetch hides it in a cause. */
export function systemCode(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return 'no reason given';
}
