import type { LocalSystem } from '#local/local-system.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Tally } from './tally.ts';

/** What is running while a run works. */
export interface Running {
  system: LocalSystem;
  tally: Tally;
  /** Reads the Moodle back. */
  client: MoodleClient;
  /** The instance that is pushed to. */
  instance: string;
  /** Whether the university is the demo's, whose bad records are known. */
  isDemo: boolean;
  /** Whether each failure is listed in the end, not only examples of each cause. */
  allFailures: boolean;
}
