import { performance } from 'node:perf_hooks';
import { LocalSystem } from '#local/local-system.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { Tally } from '#local/run/tally.ts';
import { synthesizeQuietly } from '#local/synthesize-quietly.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { findTwins } from '#shared/moodle/inventory/twins.ts';
import { freshCategory, freshUniversity } from '#test/live/fresh-part.ts';
import { rawLoad } from './raw-load.ts';
import { realDelays } from './real-delays.ts';

/**
 * Pushes a university for the first time, beside a raw bulk loader of the same university in the same Moodle:
 * `npm run bench:push -- [students] [runs]`. The Moodle is a simulated one with a real one's delays, and the one at
 * MOODLE_URL (with MOODLE_TOKEN) where they are given: one that is there for testing, for all stays in it.
 */
const [students = 2_000, runs = 1] = process.argv.slice(2).map(Number);
if (![students, runs].every((count) => Number.isInteger(count) && count >= 1))
  throw new Error('Students and runs are whole numbers from 1 on.');
/** Times the calls of the raw loader that the push may need. */
const mostCalls = 1.15;

const size = { programs: 14, subjects: 7, batches: 2, students, teachers: 39, chosen: 3 };
const { MOODLE_URL, MOODLE_TOKEN = '' } = process.env;

const simulated = await SimulatedMoodle.start();
simulated.intercept(realDelays());
let isWithin = true;
for (let run = 1; run <= runs; run += 1) {
  await compare('simulated', { url: simulated.url, token: simulated.token });
  if (MOODLE_URL) await compare('live', { url: MOODLE_URL, token: MOODLE_TOKEN });
}
await simulated.stop();
if (!isWithin) throw new Error(`The push needed more than ${mostCalls} times the calls of the raw loader.`);

/** Both, one after the other, into parts of a Moodle of their own. */
async function compare(what: string, moodle: { url: string; token: string }): Promise<void> {
  const records = freshUniversity(size) as RecordItem[];
  const client = () => new MoodleClient({ baseUrl: moodle.url, token: moodle.token });
  const name = `bench:push ${new Date().toISOString()}`;
  const loader = client();
  const rawTop = await freshCategory(client(), `${name} raw`);
  const raw = await timed(() => rawLoad(loader, records, rawTop));
  const top = await freshCategory(client(), name);
  const push = await pushed(moodle, records, top);
  const own = new Set(push.idnumbers);
  const twins = await findTwins(client(), { isOwn: (idnumber) => own.has(idnumber) });
  const calls = push.calls / loader.statistics.calls;
  isWithin &&= calls <= mostCalls && twins.length === 0 && push.troubles === 0;
  const figures = {
    moodle: what,
    'raw calls': loader.statistics.calls,
    calls: push.calls,
    'calls ratio': calls.toFixed(2),
    'raw s': raw.toFixed(1),
    s: push.seconds.toFixed(1),
    'time ratio': (push.seconds / raw).toFixed(2),
    twins: twins.length,
    troubles: push.troubles,
  };
  console.log(
    Object.entries(figures)
      .map(([key, value]) => `${key} ${value}`)
      .join(' · '),
  );
}

/** The push on the embedded cloud, whose functions run in this process: their own overhead is little. */
async function pushed(
  { url, token }: { url: string; token: string },
  records: RecordItem[],
  top: number,
): Promise<{ seconds: number; calls: number; troubles: number; idnumbers: string[] }> {
  const tally = new Tally();
  const system = await LocalSystem.start({
    log: tally.read,
    environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG' },
    functions: 'modules',
    synthesize: synthesizeQuietly,
  });
  try {
    await system.register({
      ...{ id: 'bench', base_url: url, token, new_accounts: { auth: 'manual', password: 'random' } },
      category_ids: { departments: top, programs: top },
    });
    const seconds = await timed(async () => {
      await system.put(records);
      await system.settle();
    });
    const mappings = await system.mappings('bench');
    for (const [name, count] of tally.calls) console.log(`  ${name} × ${count}`);
    for (const line of tally.errors) console.error(line);
    return {
      seconds,
      calls: tally.callCounts().all,
      troubles: mappings.filter(({ status }) => status !== 'synced').length,
      idnumbers: mappings.map(({ idnumber }) => idnumber),
    };
  } finally {
    await system.stop();
  }
}

/** In seconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}
