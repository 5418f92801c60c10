import { beforeEach, describe, expect, it } from 'vitest';
import { MoodleUnavailableError } from '#shared/moodle/client/errors.ts';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { pushNaming } from '#shared/moodle/push/work-unit.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { unitsAgain } from '#shared/sync/units/work.ts';
import { away, EngineKit, refused } from './engine-kit.ts';

// What a worker does around a push: whom it asks before, and whom it tells after.
let kit: EngineKit;
let sent: { units: WorkUnit[]; delaySeconds: number }[];
let woken: (number | undefined)[];
const work = (isRedelivered = false) => kit.work(kit.unit('subjects', [1]), isRedelivered);
const queued = () =>
  sent.flatMap(({ units, delaySeconds }) => units.map((unit) => ({ ...unit, delaySeconds })));

const waiting = () => [...kit.parking.rows.values()];

beforeEach(() => {
  kit = new EngineKit();
  sent = [];
  woken = [];
  kit.ports.wakes.wake = async (_instance, seconds) => void woken.push(seconds);
  kit.ports.later.send = async (units, delaySeconds) => void sent.push({ units, delaySeconds });
  kit.courses.put(1);
});

describe('a worker', () => {
  it('hands over what has failed for the last time, once', async () => {
    const givenUp: string[] = [];
    kit.ports.permanentFailures.send = async ({ idnumber }) => void givenUp.push(idnumber);
    kit.courses.answer = () => ({ result: 'failed', failure: refused });
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await work();
      kit.now += queued().at(-1)!.delaySeconds * 1000;
      expect(givenUp).toEqual(attempt === 5 ? ['subjects_1'] : []);
    }
    expect(queued().map(({ delaySeconds }) => delaySeconds)).toEqual([300, 1_800, 14_400, 86_400]);
    expect(queued().at(-1)?.retry_of).toEqual([kit.row('subjects_1')?.failure_id]);
  });

  it('releases what waited for what has arrived, or for a name that may be free now, and nothing else', async () => {
    kit.setRow('subjects_1', { failure: refused, status: 'failed', moodle_id: 1 });
    kit.setRow('subjects_2', { failure: kit.waitingFor('subjects_1'), status: 'waiting' });
    kit.setRow('subjects_3', { failure: kit.waitingFor('subjects_9'), status: 'waiting' });
    kit.setRow('subjects_4', { failure: kit.waitingFor('subjects_1'), status: 'conflict' });
    await work();
    expect(queued().map(({ ids, delaySeconds }) => [...ids, delaySeconds])).toEqual([
      ['2', 0],
      ['4', 0],
    ]);
  });

  it('does not believe the hashes where the message was delivered before', async () => {
    await work();
    await work();
    await work(true);
    expect(kit.courses.pushed).toBe('subjects_1 subjects_1');
  });

  it('tells the breaker of an instance that is away', async () => {
    const told: string[] = [];
    kit.ports.breaker.failed = async (_instance, { code }: Failure) => {
      told.push(code);
      return 60;
    };
    kit.courses.answer = (_item, context) => {
      context.failure = away;
      return { result: 'failed', failure: away };
    };
    // Whatever becomes of the retries: the others have to know.
    kit.ports.later.send = async () => {
      throw new Error('SQS is away');
    };
    await expect(work()).rejects.toThrow('SQS is away');
    expect(told).toEqual(['timeout']);
    // Whoever opens the breaker sees to the first probe.
    expect(woken).toEqual([60]);
  });

  it('calls nobody while the breaker is open; the doubt of a second delivery stays with the unit', async () => {
    kit.ports.breaker.admit = async () => ({ kind: 'wait', seconds: 120 });
    kit.ports.breaker.isOpen = async () => true;
    expect(await work(true)).toBeUndefined();
    expect(kit.courses.pushed).toBe('');
    expect([queued(), waiting()]).toMatchObject([[], [{ ids: ['1'], force: true }]]);
  });

  it('that puts a unit aside for an instance which is back by then lets it in', async () => {
    kit.ports.breaker.admit = async () => ({ kind: 'wait', seconds: 120 });
    kit.ports.breaker.isOpen = async () => true;
    await work();
    expect([queued().length, waiting().length]).toEqual([0, 1]);
    kit.ports.breaker.isOpen = async () => false;
    await work();
    expect([queued().length, waiting().length]).toEqual([1, 0]);
  });

  it('probes when it is time, and tells the breaker if nobody answers', async () => {
    const told: string[] = [];
    kit.ports.breaker.admit = async () => ({ kind: 'probe', nextSeconds: 300 });
    kit.ports.breaker.isOpen = async () => true;
    kit.ports.breaker.failed = async (_instance, { code }) => {
      told.push(code);
      return undefined;
    };
    const silent = { call: () => Promise.reject(new MoodleUnavailableError('f', 'connection', 'reset.')) };
    const context = kit.context();
    kit.context = () => ({ ...context, client: { ...context.client, ...silent } });
    expect(await work()).toBeUndefined();
    expect([told, kit.courses.pushed]).toEqual([['connection'], '']);
    expect([queued(), waiting(), woken]).toMatchObject([[], [{ ids: ['1'] }], [300]]);
  });

  it('releases what failed because the instance was away, and only that, once it is back', async () => {
    kit.setRow('subjects_2', { status: 'failed', failure: away });
    kit.setRow('subjects_3', { status: 'failed', failure: refused });
    kit.ports.breaker.answered = async () => true;
    kit.courses.answer = (_item, context) => {
      context.client.statistics.calls += 1;
      return { result: 'created', moodleId: 1 };
    };
    await kit.parking.park('demo', 'earlier', kit.unit('subjects', [4]));
    await work();
    expect(queued()).toEqual([
      { ...kit.unit('subjects', [2]), delaySeconds: 0 },
      { ...kit.unit('subjects', [4]), parked: 'earlier', delaySeconds: 0 },
    ]);
  });

  it('waits for a place at the instance, and gives its own back whatever happens', async () => {
    const places: string[] = [];
    kit.ports.bulkhead.leave = async (_instance, id) => void places.push(id);
    kit.courses.push = async () => {
      throw new TypeError('a defect');
    };
    await expect(work()).rejects.toThrow('a defect');
    expect(places).toEqual(['message']);
    kit.ports.bulkhead.enter = async () => false;
    kit.ports.bulkhead.keep = async () => 'full';
    expect(await work()).toBeUndefined();
    expect([queued(), waiting()]).toMatchObject([[], [{ ids: ['1'] }]]);
  });

  it('lets in what has waited longest as it ends, and keeps a place for it', async () => {
    const kept: string[] = [];
    kit.ports.bulkhead.keep = async (_instance, key) => {
      kept.push(key);
      // The first is just being let in by another worker.
      return key === 'a' ? 'taken' : 'kept';
    };
    for (const [index, key] of ['c', 'b', 'a'].entries())
      await kit.parking.park('demo', key, kit.unit('subjects', [5 + index]));
    await work();
    expect(kept).toEqual(['a', 'b']);
    expect(queued()).toEqual([{ ...kit.unit('subjects', [6]), parked: 'b', delaySeconds: 0 }]);
    expect(waiting().map(({ ids }) => ids)).toEqual([['5'], ['7']]);
  });

  it('keeps its turn and its place for a unit that has waited before', async () => {
    const places: string[] = [];
    kit.ports.bulkhead.enter = async (_instance, place) => {
      places.push(place);
      return false;
    };
    kit.ports.bulkhead.leave = async (_instance, place) => void places.push(place);
    kit.ports.bulkhead.keep = async () => 'full';
    await kit.work({ ...kit.unit('subjects', [1]), parked: 'turn' });
    expect([places, [...kit.parking.rows.keys()]]).toEqual([['turn', 'turn'], ['demo turn']]);
  });

  it('is none that what waits for it depends on: what cannot be let in now is later', async () => {
    kit.parking.oldest = async () => {
      throw new Error('throttled');
    };
    await expect(work()).resolves.toBeDefined();
  });
});

describe('unitsAgain', () => {
  const again = (id: number, fields: object = {}) => ({
    service: 'subjects' as const,
    id: String(id),
    delaySeconds: 300,
    ...fields,
  });

  it('keeps apart what failed for different classes of reasons, waits otherwise, or is no retry', () => {
    const units = unitsAgain(pushNaming('demo'), [
      again(1, { failureId: 'a', failureClass: 'refused' }),
      again(2, { failureId: 'b', failureClass: 'refused' }),
      again(3, { failureId: 'c', failureClass: 'unreachable' }),
      again(4, { waited: 1 }),
      again(5, { delaySeconds: 0 }),
    ]);
    expect(units.get(300)).toEqual([
      { instance: 'demo', service: 'subjects', ids: ['1', '2'], retry_of: ['a', 'b'] },
      { instance: 'demo', service: 'subjects', ids: ['3'], retry_of: ['c'] },
      { instance: 'demo', service: 'subjects', ids: ['4'], waited: 1 },
    ]);
    expect(units.get(0)).toEqual([{ instance: 'demo', service: 'subjects', ids: ['5'] }]);
  });

  it('cuts more than 50 records, each with its own failures, and names none twice', () => {
    const many = Array.from({ length: 60 }, (_, id) => again(id, { failureId: `f${id}` }));
    const units = unitsAgain(pushNaming('demo'), [...many, many[0]!]).get(300)!;
    expect(units.map(({ ids }) => ids.length)).toEqual([50, 10]);
    expect(units[1]?.retry_of).toEqual(units[1]?.ids.map((id) => `f${id}`));
  });
});
