import { demoUniversity } from '#local/demo/demo-university.ts';
import { LocalSystem } from '#local/local-system.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { synthesizeQuietly } from '#local/synthesize-quietly.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { checkMoodle, checkOdoo } from './check-peers.ts';
import { listenForInterruption, unlessInterrupted } from './interruption.ts';
import type { RunOptions } from './options.ts';
import { pushFromErp } from './push-from-erp.ts';
import { pushRecords } from './push-records.ts';
import { notesOn, readRecords } from './read-records.ts';
import { stopwatch } from './report.ts';
import { importBack, pullBack, pullIntoErp } from './results-back.ts';
import type { Running } from './running.ts';
import { serve, serveEmpty } from './serve.ts';
import { Tally } from './tally.ts';

const instance = 'demo';
/** The field of op.student.course in the simulated Odoo that takes the completion. */
const completionField = 'x_moodle_completion';

/**
 * Runs the main job on the embedded cloud and reports what came of it. Leaves nothing running, also when it is
 * interrupted.
 *
 * @returns the exit code: 0 when every good record arrived
 * @throws UsageError when what the options name cannot be used; Interrupted
 */
export async function run(options: RunOptions): Promise<number> {
  const took = stopwatch();
  const interruption = listenForInterruption();
  const records = options.erp ? [] : await recordsOf(options);
  const simulated = options.moodle ? undefined : await SimulatedMoodle.start({});
  const moodle = options.moodle ?? { url: simulated!.url, token: simulated!.token };
  const client = new MoodleClient({ baseUrl: moodle.url, token: moodle.token });
  const tally = new Tally();
  let starting: Promise<LocalSystem> | undefined;
  let odoo: SimulatedOdoo | undefined;
  try {
    const release = await checkMoodle(client);
    if (options.erp && options.erp !== 'simulated') await checkOdoo(options.erp);
    const started = stopwatch();
    say('Synthesizing the stack and starting the embedded cloud from its template …');
    starting = LocalSystem.start({
      log: tally.read,
      environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG' },
      functions: 'modules',
      synthesize: (assembly) =>
        synthesizeQuietly({ ...assembly, config: options.erp ? { erp: { completionField } } : {} }),
    });
    const system = await unlessInterrupted(interruption, starting);
    say(`  Started after ${started()}.`);
    if (options.erp === 'simulated') odoo = await startOdoo(system);
    if (options.empty && simulated) {
      await serveEmpty(system, simulated, interruption);
      return 0;
    }
    // A real Moodle would mail a password to everybody.
    const new_accounts = { auth: 'manual', password: options.moodle ? 'random' : 'mailed' };
    await system.register({ id: instance, base_url: moodle.url, token: moodle.token, new_accounts });
    if (simulated) say(`The simulated Moodle is at ${simulated.url} (open it in a browser while this runs).`);
    else say(`Pushing to ${moodle.url}, Moodle ${release}. New accounts get a random password and no mail.`);
    const isDemo = options.records === undefined && (options.erp ?? 'simulated') === 'simulated';
    const erp = odoo ?? (options.erp === 'simulated' ? undefined : options.erp);
    const { allFailures } = options;
    const running = { system, tally, client, instance, moodle: simulated, erp, isDemo, allFailures };
    const isRight = await unlessInterrupted(interruption, bringAcross(running, records));
    say(`The whole took ${took()}.`);
    if (options.serve) await serve(system, { moodle: moodle.url, erp: erp?.url }, interruption);
    else if (simulated) say('\nnpm start -- --serve leaves everything running, to look at it.');
    return isRight ? 0 : 1;
  } finally {
    // A start that failed has stopped by itself, and its error is on its way already.
    const system = await starting?.catch(() => undefined);
    await system?.stop();
    await simulated?.stop();
    await odoo?.stop();
  }
}

function startOdoo({ cloud }: LocalSystem): Promise<SimulatedOdoo> {
  const settings = { extraFields: { 'op.student.course': [completionField] } };
  return SimulatedOdoo.start({ settings, clock: () => cloud.clock.now() });
}

/** Both directions, as far as there is something to bring. @returns whether all arrived that was to */
async function bringAcross(running: Running, records: RecordItem[]): Promise<boolean> {
  const { moodle, erp, isDemo } = running;
  const hasArrived = await (erp ? pushFromErp(running, erp) : pushRecords(running, records));
  if (erp && !moodle) return (await pullIntoErp(running)) && hasArrived;
  if (!isDemo || !moodle) return hasArrived;
  const isBack = await pullBack(running, moodle);
  const isInErp = !(erp instanceof SimulatedOdoo) || (await importBack(running, erp, completionField));
  return hasArrived && isBack && isInErp;
}

async function recordsOf({ records: path }: RunOptions): Promise<RecordItem[]> {
  if (path === undefined) return demoUniversity();
  const file = await readRecords(path);
  for (const note of notesOn(file)) say(note);
  return file.records;
}

function say(text: string): void {
  console.log(text);
}
