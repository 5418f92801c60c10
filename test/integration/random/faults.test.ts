import { describe, expect, it } from 'vitest';
import { Random } from '#local/demo/random.ts';
import { startKit } from '../kit.ts';
import { type Change, editAtRandom } from './edits.ts';
import { judgeUniversity } from './judge-university.ts';
import { seeMoodle } from './seen-moodle.ts';
import { namesOf, releaseOf, settings } from './settings.ts';
import { Storm } from './storm.ts';
import { moodleTarget } from './targets.ts';
import { models, University } from './university.ts';
import { Verdicts } from './verdicts.ts';

const minute = 60_000;
const hour = 60 * minute;

/**
 * Random records, random edits, random faults; then quiet, and Moodle has to be what the records say. A seed repeats
 * records, edits and the plan of faults exactly. Which call a fault or a kill meets also depends on how the machine
 * schedules the workers, so a failure of a race may need a few runs of its seed to show again.
 */
describe('records and faults at random', () => {
  it.each(settings.seeds)('seed %i', async (seed) => {
    console.log(`RANDOM_SEED=${seed} RANDOM_RECORDS=${settings.records} RANDOM_ROUNDS=${settings.rounds}`);
    const random = new Random(seed);
    const university = new University(random, settings.records);
    await using kit = await startKit({
      instances: [{ brake: { share: 1, minimum: 100_000 } }],
      moodle: { ...releaseOf(seed), deadlocks: { probability: 0.5, seed }, latencyMilliseconds: 2 },
    });
    // The storm draws from a source of its own, so that the edits do not depend on how many calls are made.
    const stormDraws = new Random(seed + 1_000_000);
    const storm = new Storm(kit, stormDraws, moodleTarget(kit));
    const addresses = new Set<string>();
    const write = async (changes: Change[]) => {
      for (const { item } of changes) if (typeof item.email === 'string') addresses.add(item.email);
      await kit.put(...changes.filter(({ isDeleted }) => !isDeleted).map(({ item }) => item));
      await kit.delete(...changes.filter(({ isDeleted }) => isDeleted).map(({ item }) => item));
    };

    storm.begin();
    await write(models.flatMap((model) => university.of(model)).map((item) => ({ item, isDeleted: false })));
    for (let round = 0; round < settings.rounds; round += 1) {
      await kit.advance(random.pick([minute, 40 * minute, 3 * hour]));
      storm.begin();
      if (round === 1) await kit.configure('demo', namesOf(seed));
      const half = Math.ceil(settings.records * 0.06);
      await write(editAtRandom(university, half));
      if (random.below(2) === 0) await kit.advance(random.pick([1000, 6 * minute, hour]));
      await write(editAtRandom(university, half));
      storm.endOutage();
      if (random.below(2) === 0) await kit.advance(random.pick([minute, 31 * minute, 5 * hour]));
      if (random.below(2) === 0) await storm.end();
    }
    await storm.end();
    await kit.settle();
    for (let day = 0; day < 4; day += 1) await kit.advance(30 * hour);

    const mappings = await kit.mappings();
    const idnumbers = (['student', 'faculty'] as const).flatMap((kind) =>
      Array.from({ length: university.counts[`op.${kind}`] }, (_, index) => `oec_${kind}_${index + 1}`),
    );
    const seen = await seeMoodle(kit, idnumbers, [...addresses]);
    const verdicts = new Verdicts(mappings);
    await judgeUniversity(university, seen, kit, verdicts);
    if (Object.keys(namesOf(seed)).length > 0) {
      const { users } = kit.site().moodle.siteState;
      const accounts = [...mappings.values()].filter(({ status, active, service, idnumber }) => {
        const isAccount = (service === 'students' || service === 'faculty') && !idnumber.includes('@');
        return isAccount && status === 'synced' && active;
      });
      const ownNumbers = accounts.filter(({ moodle_id: id }) => users.get(id!)?.idnumber.startsWith('oec_'));
      expect(ownNumbers).toEqual([]);
    }
    const twiceMailed = [...kit.site().moodle.siteState.mails.values()].filter((mails) => mails > 1);
    expect(twiceMailed).toEqual([]);
    expect(verdicts.problems).toEqual([]);
  });
});
