import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '#local/demo/random.ts';
import { MoodleCopy } from '#local/moodle/copy/moodle-copy.ts';
import { serviceNames } from '#shared/models/services.ts';
import { services } from '#shared/moodle/services.ts';
import { KeptRecords } from '#shared/moodle/sweep/sweep-records.ts';
import { DryRun, type DryRunPorts } from '#shared/operate/plan/dry-run.ts';
import { type InstancePlan, planOf } from '#shared/operate/plan/instance-plan.ts';
import { rebuildMappings } from '#shared/operate/plan/rebuild/rebuild.ts';
import { storeRows } from '#shared/operate/plan/rebuild/store-rows.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { isWrite, type Kit, startKit } from '../kit.ts';
import { editAtRandom } from '../random/edits.ts';
import { settings } from '../random/settings.ts';
import { models, University } from '../random/university.ts';
import { sweep, unnoticed } from '../sweep/support.ts';
import { meddle, prepareAccounts, prepareCourses } from './by-hand.ts';
import { differences, factsAfter, factsOf } from './moodle-facts.ts';
import { heldIds, plannedResults, pushedResults } from './results.ts';
import { runCli } from './run-cli.ts';

const hour = 60 * 60_000;
const records = Number(process.env.RANDOM_RECORDS ?? 160);

/** What a dry run reads in the kit, with its clock: as cli/connection/dry-run-ports.ts puts it together. */
function portsOf(kit: Kit): DryRunPorts {
  const { dynamodb } = kit.cloud.clients;
  return {
    moodle: kit.site().client,
    standIn: (site) => new MoodleCopy(site),
    records: new KeptRecords(recordsStore(dynamodb, kit.cloud.resource('RecordsTableName'))),
    mappings: mappingsStore(dynamodb, kit.cloud.resource('MappingsTableName')),
    brakes: kit.system.instances,
    services,
    now: kit.cloud.clock.now(),
  };
}

/**
 * A first push, then edits, accounts made by hand and meddling in Moodle; what the plan says then has to be what the
 * push does. A seed repeats all of it but for how the machine schedules the workers.
 */
describe.each(settings.seeds)('plan and push agree, seed %i', (seed) => {
  let kit: Kit;
  /** What somebody in Moodle has changed, so that it may not be what the records say. */
  let touched: string[] = [];
  beforeAll(async () => {
    kit = await startKit({
      instances: [{ brake: seed % 2 === 0 ? { share: 0, minimum: 3 } : { share: 1, minimum: 100_000 } }],
    });
    kit.expectErrors(/The brake is on/);
  });
  afterAll(() => kit.stop());

  it('says what comes of every record and what Moodle holds then', async () => {
    console.log(`RANDOM_SEED=${seed} RANDOM_RECORDS=${records}`);
    const random = new Random(seed);
    const university = new University(random, records);
    const all = models.flatMap((model) => university.of(model));
    const isLate = new Set(all.filter(() => random.below(6) === 0));
    await kit.sync(...all.filter((item) => !isLate.has(item)));
    await unnoticed(kit, async () => {
      const changes = editAtRandom(university, Math.ceil(records * 0.25));
      const edited = new Set(changes.map(({ item }) => `${item.model}#${item.id}`));
      await kit.put(...[...isLate].filter(({ model, id }) => !edited.has(`${model}#${id}`)));
      await kit.put(...changes.filter(({ isDeleted }) => !isDeleted).map(({ item }) => item));
      await kit.delete(...changes.filter(({ isDeleted }) => isDeleted).map(({ item }) => item));
    });
    const toCome = [...isLate].filter(({ email }) => typeof email === 'string');
    await prepareAccounts(kit.site(), toCome, random);
    const shortnames = [1, 2, 3, 4, 5, 6].map((id) => `S${id}_P${university.someId('op.course')}`);
    await prepareCourses(kit.site(), shortnames);
    touched = await meddle(kit.site(), random);

    const { siteState } = kit.site().moodle;
    const before = { mappings: await kit.mappings(), facts: factsOf(siteState), ids: heldIds(siteState) };
    const ports = portsOf(kit);
    const instance = (await kit.system.instances.get('demo'))!;
    const run = new DryRun(instance, ports);
    const calls = await kit.site().callsDuring(() => run.push(serviceNames));
    const plan = await planOf(run, serviceNames);
    const printed = (await runCli(kit, ['plan', '--details', '--json'])).json<{
      instances: InstancePlan[];
    }>();
    expect(printed.instances[0]).toMatchObject(JSON.parse(JSON.stringify(plan)));
    expect(calls.filter(isWrite)).toEqual([]);
    expect(await kit.mappings()).toEqual(before.mappings);
    expect(factsOf(siteState)).toEqual(before.facts);

    await sweep(kit);
    await kit.advance(6 * hour);
    const usernameOf = (idnumber: string) => siteState.userByIdnumber(idnumber)?.username ?? idnumber;
    const { facts, misread } = factsAfter(before.facts, plan.changes, usernameOf);
    expect.soft(misread).toEqual([]);
    expect.soft(differences(facts, factsOf(siteState))).toEqual([]);
    const pushed = pushedResults(before.mappings, await kit.mappings(), before.ids);
    expect(plannedResults(run, before.mappings)).toEqual(pushed);
  });

  it('finds the same mappings again once they are lost', async () => {
    const { siteState } = kit.site().moodle;
    const before = { mappings: await kit.mappings(), facts: factsOf(siteState) };
    const ports = portsOf(kit);
    const table = mappingsStore(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    await table.remove('demo', [...before.mappings.keys()]);
    const instance = (await kit.system.instances.get('demo'))!;
    const { rows } = await rebuildMappings(instance, ports, { force: false });
    await storeRows('demo', rows, table, { force: false });
    const found = await kit.mappings();
    // Of a category whose record is gone nobody knows any more what was pushed.
    const categoriesOfNobody = new Set<string>();
    for (const { idnumber, service, model, record_id } of before.mappings.values()) {
      const isCategory = service === 'departments' || service === 'programs';
      const isThere = isCategory && (await ports.records.getMany(model, [record_id])).has(record_id);
      if (isCategory && !isThere) categoriesOfNobody.add(idnumber);
    }
    for (const [idnumber, { moodle_id, status, sync_hash, active }] of before.mappings) {
      if (status !== 'synced' || moodle_id === undefined) continue;
      if (touched.some((name) => idnumber.startsWith(name))) continue;
      const isNobodys = categoriesOfNobody.has(idnumber);
      const expected = { moodle_id, active, ...(!isNobodys && { sync_hash }) };
      expect.soft(found.get(idnumber), idnumber).toMatchObject(expected);
    }
    await sweep(kit);
    // What had failed is tried anew, as nobody knows any more that it did.
    const failed = [...before.mappings.values()].filter(({ status }) => status !== 'synced');
    const names = [...touched, ...failed.map(({ idnumber }) => idnumber.split('@')[0]!)].map(
      (name) => siteState.userByIdnumber(name)?.username ?? name,
    );
    const isExpected = (difference: string) => names.some((name) => difference.startsWith(`${name} `));
    const wrong = differences(before.facts, factsOf(siteState)).filter((each) => !isExpected(each));
    expect(wrong).toEqual([]);
  });
});
