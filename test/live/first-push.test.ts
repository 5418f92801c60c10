import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#functions/compose.ts';
import { compareWithMoodle } from '#local/run/verdict/compare-with-moodle.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { findTwins } from '#shared/moodle/inventory/twins.ts';
import { type Kit, startKit } from '#test/integration/kit.ts';
import { freshCategory, freshUniversity } from './fresh-part.ts';

const { MOODLE_URL: url = '', MOODLE_TOKEN: token = '', LIVE_PUSHES = '10' } = process.env;

const size = { programs: 3, subjects: 3, batches: 2, students: 30, teachers: 2 };

describe.skipIf(!url || !token)('the first push of a small university to a live Moodle', () => {
  let kit: Kit;
  let client: MoodleClient;
  beforeAll(async () => {
    client = new MoodleClient({ baseUrl: url, token });
    kit = await startKit({ instances: [], schedules: 'none' });
    // Workers that wait for one another here wait for a live Moodle's answers, which come in real time: the kit's
    // patience would be over at once, and a worker in the middle of its call count as too slow.
    systemClock.sleep = sleep;
  });
  afterAll(() => kit?.stop());

  it.each(Array.from({ length: Number(LIVE_PUSHES) }, (_, index) => index + 1))(
    'makes everything once (%i)',
    async (number) => {
      const id = `live${number}`;
      const top = await freshCategory(client, `First push ${new Date().toISOString()} (${number})`);
      await kit.system.register({
        ...{ id, base_url: url, token, new_accounts: { auth: 'manual', password: 'random' } },
        category_ids: { departments: top, programs: top },
      });
      const records = freshUniversity(size);
      await kit.sync(...records);
      expect(await kit.troubles(id)).toEqual({});
      const mappings = [...(await kit.mappings(id)).values()];
      const { missing } = await compareWithMoodle(client, records, mappings);
      expect(missing).toEqual([]);
      const own = new Set(mappings.map(({ idnumber }) => idnumber));
      expect(await findTwins(client, { isOwn: (idnumber) => own.has(idnumber) })).toEqual([]);
      await kit.configure(id, { status: 'disabled' });
    },
  );
});
