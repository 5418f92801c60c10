import { expect, it } from 'vitest';
import { sweptModels } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { SweepName } from '#shared/models/services.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { services } from '#shared/moodle/services.ts';
import { sweepInstance } from '#shared/moodle/sweep/sweep.ts';
import type { SweepPorts } from '#shared/moodle/sweep/sweep-ports.ts';
import { linksOfAll, mappingsOfAll, universityOf } from '#test/bench/university.ts';

it('sweeps read each record and each mapping once, and little besides', async () => {
  const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
  const records = universityOf(500);
  const mappings = await mappingsOfAll(instance, records);
  let read = 0;
  const counted = <Item>(items: Item[]): Item[] => {
    read += items.length;
    return items;
  };
  const ports: SweepPorts = {
    records: {
      getMany: async (model, ids) =>
        new Map(
          counted(ofModel(records, model).filter(({ id }) => ids.includes(id))).map((item) => [
            item.id,
            item,
          ]),
        ),
      async page(model, { after = '', limit = 1_000 }) {
        const left = ofModel(records, model).filter(({ id }) => id > after);
        const items = counted(left.slice(0, limit));
        return { items, after: left.length > limit ? items.at(-1)!.id : undefined };
      },
    },
    links: {
      sources: () => Promise.reject(new Error('A sweep goes by what the records say.')),
      write: async () => {},
      missing: async (links) => {
        read += links.length;
        return [];
      },
    },
    mappings: {
      getMany: async (_instance, idnumbers) =>
        new Map(
          counted(mappings.filter(({ idnumber }) => idnumbers.includes(idnumber))).map((row) => [
            row.idnumber,
            row,
          ]),
        ),
      page: async (_instance, { from, to }) => ({
        mappings: counted(mappings.filter(({ idnumber }) => idnumber >= from && idnumber <= to)),
        after: undefined,
      }),
      listByPrefix: () => Promise.reject(new Error('A sweep has all mappings of its services.')),
    },
    instances: {
      getBrake: async () => ({ revision: 0, holds: 0 }) as never,
      getBreaker: async () => ({ revision: 0, failures: 0, probes: 0 }),
      setHolds: async () => {},
    } as Partial<SweepPorts['instances']> as SweepPorts['instances'],
    brake: {} as SweepPorts['brake'],
    wakes: { wake: () => Promise.reject(new Error('Nobody waits.')) },
    parking: { oldest: async () => [] },
    queue: { send: () => Promise.reject(new Error('Nothing has changed, and yet something is queued.')) },
    services,
    clock: { now: () => Date.parse('2026-11-27T08:00:00Z'), sleep: async () => {} },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    pageSize: 100,
  };
  expect(linksOfAll(records).length).toBeGreaterThan(records.length);
  for (const name of Object.keys(sweptModels) as SweepName[])
    expect(await sweepInstance(name, instance, undefined, ports, () => true)).toBeUndefined();
  expect(read).toBeGreaterThan(records.length + mappings.length);
  expect(read / records.length).toBeLessThan(2.2);
});

function ofModel(records: readonly RecordItem[], model: string): RecordItem[] {
  const own = records.filter((record) => record.model === model);
  return own.sort((one, other) => (one.id < other.id ? -1 : 1));
}
