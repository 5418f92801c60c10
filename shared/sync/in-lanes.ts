/**
 * Works through items in their order, a few at a time, as long as there is time. After an error nothing more is
 * begun, and it is thrown once all has ended that was begun.
 *
 * @param options.hasTime asked before each item; there is time unless it is given
 * @returns the items that were not begun
 */
export async function inLanes<T>(
  items: readonly T[],
  { lanes, hasTime = () => true }: { lanes: number; hasTime?: () => boolean },
  work: (item: T) => Promise<void>,
): Promise<T[]> {
  let begun = 0;
  let hasFailed = false;

  async function lane(): Promise<void> {
    while (begun < items.length && !hasFailed && hasTime()) {
      const item = items[begun]!;
      begun += 1;
      try {
        await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  }

  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return items.slice(begun);
}
