/** No record is larger than 400 kB (limit of DynamoDB), and JSON may take six times that (`\u00e9`). */
const longestLine = 4 * 1024 * 1024;

const newline = 0x0a;

/**
 * The lines of a text, numbered from 1: their bytes without the line feed, or `undefined` for a line that is too long
 * to be a record, of which nothing is kept. Only a line feed ends a line: JSON texts may hold all other characters
 * that Unicode calls line ends.
 */
export async function* byteLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ line: number; bytes: Uint8Array | undefined }> {
  let line = 1;
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (part: Uint8Array) => {
    length += part.length;
    if (length > longestLine) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const end = () => {
    const bytes = length > longestLine ? undefined : Buffer.concat(parts);
    parts = [];
    length = 0;
    return { line: line++, bytes };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, at));
      yield end();
      start = at + 1;
    }
    take(chunk.subarray(start));
  }
  if (length > 0) yield end();
}
