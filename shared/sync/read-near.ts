/** From so few on, asking for each by its key is no dearer than a page. */
const fewKeys = 20;

/** A part of a table that has its rows in the order of their keys. */
export interface NearReader<Row> {
  /** Rows from a key on, up to another one; `reached` is the last key looked at, where there are more. */
  page(from: string, to: string): Promise<{ rows: Map<string, Row>; reached: string | undefined }>;
  getMany(keys: string[]): Promise<Map<string, Row>>;
}

/**
 * Reads rows whose keys lie one after another: by pages of the range they are in, which costs a tenth of reading each by
 * its key, and the few that lie far off by key.
 *
 * @returns those that exist, and perhaps others that lie among them
 */
export async function readNear<Row>(
  keys: Iterable<string>,
  { page, getMany }: NearReader<Row>,
): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  // DynamoDB orders by UTF-8, which for these ASCII texts is the order of `sort`.
  let rest = [...new Set(keys)].sort();
  const to = rest.at(-1);
  while (rest.length > fewKeys) {
    // A page begins at the next key that is looked for: DynamoDB refuses to go on after one that is out of the range.
    const { rows, reached } = await page(rest[0]!, to!);
    for (const [key, row] of rows) found.set(key, row);
    rest = reached === undefined ? [] : rest.filter((key) => key > reached);
  }
  if (rest.length > 0) for (const [key, row] of await getMany(rest)) found.set(key, row);
  return found;
}
