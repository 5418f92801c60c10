import { MoodleException, toldBy } from '../moodle-exception.ts';

/** How the update functions report an item they could not apply. */
export type Warning = { item: string; itemid: number; warningcode: string; message: string };

/**
 * Runs the change of one item; Moodle's refusal becomes a warning, anything else is a bug and passes through.
 *
 * @param change runs in a transaction of its own where the caller gives it one
 */
export function warningOf(
  { item, itemid, release }: { item: string; itemid: number; release: string },
  change: () => void,
): Warning | undefined {
  try {
    change();
    return undefined;
  } catch (error) {
    if (!(error instanceof MoodleException)) throw error;
    const { errorcode, message } = toldBy(release, error);
    return { item, itemid, warningcode: errorcode, message };
  }
}
