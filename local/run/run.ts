import { demoChanges } from '#local/demo/demo-changes.ts';
import { demoUniversity, expectedProblems } from '#local/demo/demo-university.ts';
import { JsonLineError, readJsonLines } from '#local/demo/jsonlines.ts';
import type { OecItem } from '#local/demo/oec-item.ts';
import { LocalSystem } from '#local/local-system.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { MoodleClient } from '#shared/moodle/client.ts';
import { isPushedModel } from '#shared/oec/models.ts';
import { type RunOptions, UsageError } from './options.ts';
import { withProgress } from './progress.ts';
import { callList, failureList, resultTable } from './report.ts';
import { serve } from './serve.ts';
import { Tally } from './tally.ts';
import { isOwnFailure, missingInMoodle } from './verdict.ts';

const instance = 'demo';
/** A little more than all retry tiers together (28 h 35 min), in milliseconds. */
const allTiers = 29 * 60 * 60 * 1000;

/**
 * Runs the main job on the embedded cloud and reports what came of it.
 *
 * @returns the exit code: 0 when every good record arrived
 */
export async function run(options: RunOptions): Promise<number> {
  const records = options.records === undefined ? demoUniversity() : await readRecords(options.records);
  const simulated = options.moodle ? undefined : await SimulatedMoodle.start({});
  const moodle = options.moodle ?? { url: simulated!.url, token: simulated!.token };
  const tally = new Tally();
  let system: LocalSystem | undefined;
  try {
    say('Synthesizing the stack and starting the embedded cloud from its template …');
    system = await LocalSystem.start({ log: tally.read, environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG' } });
    // A real Moodle would mail a password to everybody.
    const new_accounts = { auth: 'manual', password: options.moodle ? 'random' : 'mailed' };
    await system.register({ id: instance, base_url: moodle.url, token: moodle.token, new_accounts });
    if (simulated) say(`The simulated Moodle is at ${simulated.url} (open it in a browser while this runs).`);
    else say(`Pushing to ${moodle.url}. New accounts get a random password and no mail.`);
    const code = await push(
      system,
      tally,
      new MoodleClient({ baseUrl: moodle.url, token: moodle.token }),
      records,
      {
        isDemo: options.records === undefined,
      },
    );
    if (options.serve) await serve(system, simulated?.url ?? moodle.url);
    else if (simulated) say('\nnpm start -- --serve leaves everything running, to look at it.');
    return code;
  } finally {
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
  const isComplete = await judge(system, tally, client, [...current.values()], written, isDemo);
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

/** Prints the table and the failures, and answers whether every good record arrived. */
async function judge(
  system: LocalSystem,
  tally: Tally,
  client: MoodleClient,
  records: OecItem[],
  written: OecItem[][],
  isDemo: boolean,
): Promise<boolean> {
  const mappings = await system.mappings(instance);
  const failing = mappings.filter(({ status }) => status !== 'synced');
  say(`\n${resultTable(written, tally, mappings)}`);
  say(
    'Adopted: was in Moodle already, from before or from another worker that met the same thing at that moment.',
  );
  const { all } = tally.callCounts();
  const count = written.flat().length;
  say(`${all} web service calls for ${count} records written: ${((100 * all) / count).toFixed(1)} per 100.`);
  if (failing.length > 0) say(`\nNot in Moodle, and why:\n${failureList(mappings)}`);
  const expected = new Set(expectedProblems.map(({ model, id }) => `${model}#${id}`));
  const lost = [
    ...failing
      .filter((mapping) =>
        isDemo ? !expected.has(`${mapping.model}#${mapping.record_id}`) : !isOwnFailure(mapping),
      )
      .map(({ model, record_id }) => ({ model, id: record_id })),
    ...(await missingInMoodle(client, records, mappings)),
  ];
  for (const line of tally.errors) console.error(line);
  if (lost.length === 0 && tally.errors.length === 0) {
    say('\nEvery good record arrived.');
    return true;
  }
  const names = new Set(lost.map(({ model, id }) => `${model} ${id}`));
  say(
    `\nGood records that did not arrive: ${names.size === 0 ? 'none, but a function reported errors' : [...names].join(', ')}.`,
  );
  return false;
}

/** Reads a file of records; lines that are none are named, and nothing is pushed then. @throws UsageError */
async function readRecords(path: string): Promise<OecItem[]> {
  const records: OecItem[] = [];
  let ignored = 0;
  try {
    for await (const item of readJsonLines(path)) {
      if (isPushedModel(item.model)) records.push(item);
      else ignored++;
    }
  } catch (error) {
    if (error instanceof JsonLineError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
  if (ignored > 0) say(`${ignored} records are of models that are not pushed; they are left out.`);
  if (records.length === 0) throw new UsageError(`${path} holds no record of a model that is pushed.`);
  return records;
}

function say(text: string): void {
  console.log(text);
}
