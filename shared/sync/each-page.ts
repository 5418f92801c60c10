/**
 * All pages of a reading, one after another; a page is read when it is asked for.
 *
 * @param read reads the page after a key, the first one without; its `after` is the key to go on after, if there are more
 */
export async function* eachPage<Page extends { after: string | undefined }>(
  read: (after: string | undefined) => Promise<Page>,
): AsyncIterable<Page> {
  let page = await read(undefined);
  yield page;
  while (page.after !== undefined) {
    page = await read(page.after);
    yield page;
  }
}

/** Groups of so many, in the order they come. */
export async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
