import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Random } from '#local/demo/random.ts';
import { releases } from '#local/odoo/release.ts';
import { pushedModels } from '#shared/models/models.ts';
import { isWriting } from '#shared/odoo/client/client.ts';
import { releaseDeletions } from '#shared/odoo/export/operator.ts';
import { findings, statesOf } from '../erp/export-support.ts';
import { isWrite, startKit } from '../kit.ts';
import { pendingRetries } from './books.ts';
import { allItems, importRows, judgeImportBooks } from './erp-books.ts';
import { judgeRecords, judgeResults } from './erp-oracle.ts';
import { judgeUniversity } from './judge-university.ts';
import { RandomRegistrar } from './registrar-edits.ts';
import { seeMoodle } from './seen-moodle.ts';
import { releaseOf, settings } from './settings.ts';
import { Storm } from './storm.ts';
import { erpTarget, moodleTarget } from './targets.ts';
import { RandomTeachers } from './teachers.ts';
import { Holdings, type Model, models } from './university.ts';
import { Verdicts } from './verdicts.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * A registrar edits an OpenEduCat of one of the releases at random, teachers grade in Moodle, and everything between them
 * fails now and then; then quiet, and the records table has to be what the ERP says, Moodle what the records say, the
 * ERP's results what Moodle's grades say, and nothing may go on going round.
 */
describe('an ERP, a Moodle and faults at random', () => {
  it.each(settings.seeds)('seed %i', async (seed) => {
    const { recordsWithErp: size } = settings;
    const random = new Random(seed);
    const release = releases.at(-seed % releases.length)!;
    console.log(
      `RANDOM_SEED=${seed} RANDOM_RECORDS=${size} RANDOM_ROUNDS=${settings.roundsWithErp} (OpenEduCat ${release})`,
    );
    await using kit = await startKit({
      instances: [{ brake: { share: 1, minimum: 100_000 } }],
      moodle: { ...releaseOf(seed), deadlocks: { probability: 0.5, seed }, latencyMilliseconds: 2 },
      erp: { release },
      schedules: 'all',
      // Each minute would do the same, only longer; nor is what the health check publishes looked at.
      rates: { ErpExportChangesSchedule: 'rate(15 minutes)', HealthAgesSchedule: 'rate(6 hours)' },
    });
    const registrar = new RandomRegistrar(kit.erp, random);
    const teachers = new RandomTeachers(kit, new Random(seed + 3_000_000));
    const storms = [
      new Storm(kit, new Random(seed + 1_000_000), moodleTarget(kit)),
      new Storm(kit, new Random(seed + 2_000_000), erpTarget(kit)),
    ];
    const now = kit.cloud.clock.now();
    await releaseDeletions(statesOf(kit), pushedModels, now + 365 * day, now);

    for (const storm of storms) storm.begin();
    registrar.enter(size);
    await kit.advance(11 * minute);
    for (let round = 0; round < settings.roundsWithErp; round += 1) {
      await kit.advance(random.pick([11 * minute, 40 * minute, 2 * hour]));
      for (const storm of storms) storm.begin();
      const half = Math.ceil(size * 0.1);
      registrar.edit(half);
      registrar.editLate(Math.ceil(half / 4));
      teachers.work(half * 2);
      await kit.advance(random.pick([minute, 6 * minute, 12 * minute]));
      registrar.edit(half);
      registrar.commit();
      teachers.work(half);
      for (const storm of storms) storm.endOutage();
      await kit.advance(random.pick([11 * minute, 31 * minute, 90 * minute]));
      if (random.below(2) === 0) for (const storm of storms) await storm.end();
    }
    for (const storm of storms) await storm.end();
    await kit.advance(5 * hour);
    // Whatever the storms have done, the third attempt is over, and students are in Moodle.
    teachers.work(size);
    await kit.settle();
    await untilRetriesAreOver();

    const verdicts = new Verdicts(await kit.mappings());
    const items = await allItems(kit, 'RecordsTableName');
    await judgeQuiet();
    judgeRecords(kit, items, verdicts);
    await judgeMoodle();
    const rows = await importRows(kit);
    await judgeImportBooks(kit, rows, verdicts);
    const grades = judgeResults(kit, await see(), teachers, rows, verdicts);
    console.log(`${items.length} records, ${grades} grades, ${registrar.refused.length} edits refused.`);
    expect(await findings(kit)).toEqual([]);
    expect(verdicts.problems).toEqual([]);
    expect(grades).toBeGreaterThan(0);

    /** Some hours for pulls, comparisons and sweeps, and all that the tiers of the retries take: less than two days. */
    async function untilRetriesAreOver(): Promise<void> {
      for (let quiet = 0; quiet < 4 * day; quiet += 5 * hour) {
        await kit.advance(5 * hour);
        if (pendingRetries(kit).length === 0) return;
      }
    }

    /** In an hour in which nobody does anything, nothing is written anywhere. */
    async function judgeQuiet(): Promise<void> {
      const { calls } = kit.erp;
      const [before, moodleBefore] = [calls.length, kit.site().moodle.calls.length];
      await kit.advance(hour);
      const written = [
        ...calls
          .slice(before)
          .map(({ call }) => call)
          .filter(isWriting),
        ...kit
          .site()
          .moodle.calls.slice(moodleBefore)
          .filter(isWrite)
          .map((call) => call.function),
      ];
      for (const call of written) verdicts.report(`${call} in an hour in which nobody did anything`);
      const records = byKey(items);
      for (const [key, item] of byKey(await allItems(kit, 'RecordsTableName')))
        if (!isDeepStrictEqual(item, records.get(key)))
          verdicts.report(`${key} was written in an hour in which nobody did anything`);
    }

    async function judgeMoodle(): Promise<void> {
      const held = new Holdings(
        registrar.counts,
        items.filter(({ model }) => models.includes(model as Model)),
      );
      await judgeUniversity(held, await see(), kit, verdicts);
    }

    function see() {
      const idnumbers = (['student', 'faculty'] as const).flatMap((kind) =>
        Array.from({ length: registrar.counts[`op.${kind}`] }, (_, index) => `oec_${kind}_${index + 1}`),
      );
      return seeMoodle(kit, idnumbers, [...registrar.addresses]);
    }
  });
});

function byKey(items: readonly Record<string, unknown>[]): Map<string, unknown> {
  return new Map(items.map((item) => [`${item.model}#${item.id}`, item]));
}
