import { afterAll, beforeAll } from 'vitest';
import { type MoodleSettings, releases } from '#local/moodle/settings.ts';
import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';

/** The Moodle that a suite speaks to, ready from the first test on. */
export interface Peer {
  readonly url: string;
  readonly client: MoodleClient;
  /** The simulated Moodle, where it is one. */
  readonly simulated: SimulatedMoodle | undefined;
}

type Release = keyof typeof releases;

/**
 * The Moodle at MOODLE_URL (with MOODLE_TOKEN) where they are set, otherwise a simulated one. What a suite needs
 * there it makes itself, under names of its own, and leaves it.
 *
 * @param release of the simulated one
 * @param settings of the simulated one, where a live one has been prepared by hand
 */
export function usePeer(
  release = process.env.MOODLE_RELEASE ?? '4.5',
  settings: Partial<MoodleSettings> = {},
): Peer {
  const { MOODLE_URL, MOODLE_TOKEN = '' } = process.env;
  let simulated: SimulatedMoodle | undefined;
  let url = MOODLE_URL ?? '';
  let client: MoodleClient | undefined;

  beforeAll(async () => {
    if (!MOODLE_URL) {
      const local = await import('#local/moodle/simulated-moodle.ts');
      if (!(release in releases)) throw new Error(`There is no simulated Moodle ${release}.`);
      simulated = await local.SimulatedMoodle.start({
        settings: { ...releases[release as Release], ...settings },
      });
      url = simulated.url;
    }
    client = new MoodleClient({ baseUrl: url, token: simulated?.token ?? MOODLE_TOKEN });
  });
  afterAll(async () => {
    await simulated?.stop();
  });

  return {
    get url() {
      return url;
    },
    get client() {
      if (!client) throw new Error('The peer is there from beforeAll on.');
      return client;
    },
    get simulated() {
      return simulated;
    },
  };
}
