import { demoChanges } from '#local/demo/demo-changes.ts';
import { demoUniversity } from '#local/demo/demo-university.ts';
import { LocalSystem } from '#local/local-system.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { MoodleClient } from '#shared/moodle/client.ts';
import type { OecItem } from '#shared/oec/oec-item.ts';
import { checkMoodle } from './check-moodle.ts';
import { listenForInterruption, unlessInterrupted } from './interruption.ts';
import { judge } from './judge.ts';
import type { RunOptions } from './options.ts';
import { withProgress } from './progress.ts';
import { pullBack } from './pull-back.ts';
import { notesOn, readRecords } from './read-records.ts';
import { callList } from './report.ts';
import { serve, serveEmpty } from './serve.ts';
import { synthesizeQuietly } from './synthesize-quietly.ts';
import { Tally } from './tally.ts';
import { isOwnFailure } from './verdict.ts';

const instance = 'demo';
/** A little more than all retry tiers together (28 h 35 min), in milliseconds. */
const allTiers = 29 * 60 * 60 * 1000;

/**
 * Runs the main job on the embedded cloud and reports what came of it. Leaves nothing running, also when it is
 * interrupted.
 *
 * @returns the exit code: 0 when every good record arrived
 * @throws UsageError when what the options name cannot be used; Interrupted
 */
export async function run(options: RunOptions): Promise<number> {
  const interruption = listenForInterruption();
  const records = options.records === undefined ? demoUniversity() : await ownRecords(options.records);
  const simulated = options.moodle ? undefined : await SimulatedMoodle.start({});
  const moodle = options.moodle ?? { url: simulated!.url, token: simulated!.token };
  const client = new MoodleClient({ baseUrl: moodle.url, token: moodle.token });
  const tally = new Tally();
  let starting: Promise<LocalSystem> | undefined;
  try {
    const release = await checkMoodle(client);
    say('Synthesizing the stack and starting the embedded cloud from its template …');
    starting = LocalSystem.start({
      log: tally.read,
      environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG' },
      synthesize: synthesizeQuietly,
    });
    const system = await unlessInterrupted(interruption, starting);
    if (options.empty && simulated) {
      await serveEmpty(system, simulated, interruption);
      return 0;
    }
    // A real Moodle would mail a password to everybody.
    const new_accounts = { auth: 'manual', password: options.moodle ? 'random' : 'mailed' };
    await system.register({ id: instance, base_url: moodle.url, token: moodle.token, new_accounts });
    if (simulated) say(`The simulated Moodle is at ${simulated.url} (open it in a browser while this runs).`);
    else say(`Pushing to ${moodle.url}, Moodle ${release}. New accounts get a random password and no mail.`);
    const isDemo = options.records === undefined;
    const code = await unlessInterrupted(interruption, push(system, tally, client, records, { isDemo }));
    const isBack =
      !isDemo ||
      !simulated ||
      (await unlessInterrupted(interruption, pullBack(system, tally, simulated, instance)));
    if (options.serve) await serve(system, moodle.url, interruption);
    else if (simulated) say('\nnpm start -- --serve leaves everything running, to look at it.');
    return isBack ? code : 1;
  } finally {
    // A start that failed has stopped by itself, and its error is on its way already.
    const system = await starting?.catch(() => undefined);
    await system?.stop();
    await simulated?.stop();
  }
}

async function push(
  system: LocalSystem,
  tally: Tally,
  client: MoodleClient,
  records: OecItem[],
  { isDemo }: { isDemo: boolean },
): Promise<number> {
  say(`\nThe ERP writes ${records.length} records.`);
  await withProgress(tally, async () => {
    await system.put(records);
    await system.settle();
  });
  await retryFailures(system);
  const first = tally.callCounts();
  say(
    `In Moodle, with ${first.all} web service calls: ${((100 * first.all) / records.length).toFixed(1)} per 100 records.`,
  );
  const written = [records];
  const current = new Map(records.map((item) => [`${item.model}#${item.id}`, item]));
  const pushAgain = async (title: string, items: OecItem[]) => {
    const before = new Map(tally.calls);
    await system.put(items);
    await system.settle();
    written.push(items);
    for (const item of items) current.set(`${item.model}#${item.id}`, item);
    say(`  ${title}: ${callList(tally.callsSince(before))}`);
  };
  if (isDemo) {
    say('\nThe ERP changes something:');
    for (const { title, items } of demoChanges(records)) await pushAgain(title, items);
  }
  say('\nThe ERP saves everything once more, unchanged but for its write_date:');
  const before = tally.callCounts();
  const again = [...current.values()].map((item) => ({ ...item, write_date: '2026-12-24 12:00:00' }));
  await pushAgain(`${again.length} records`, again);
  const rewriting = tally.callCounts().writing - before.writing;
  say(`  Calls that could change something: ${rewriting}.`);
  const mappings = await system.mappings(instance);
  const isComplete = await judge({
    records: [...current.values()],
    written,
    mappings,
    tally,
    client,
    isDemo,
  });
  return isComplete && rewriting === 0 ? 0 : 1;
}

/** What Moodle refused is tried again through all retry tiers, on the fast clock, before it is judged. */
async function retryFailures(system: LocalSystem): Promise<void> {
  const failing = (await system.mappings(instance)).filter(
    (mapping) => mapping.status === 'failed' && !isOwnFailure(mapping),
  );
  if (failing.length === 0) return;
  say(
    `${failing.length} are tried again: the clock runs through the retry tiers (5 min, 30 min, 4 h, 24 h).`,
  );
  await system.cloud.advanceAndSettle(allTiers);
}

async function ownRecords(path: string): Promise<OecItem[]> {
  const file = await readRecords(path);
  for (const note of notesOn(file)) say(note);
  return file.records;
}

function say(text: string): void {
  console.log(text);
}
