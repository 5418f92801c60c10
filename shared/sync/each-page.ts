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
