import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '#shared/engine/failures.ts';
import { unitsAgain } from '#shared/engine/work.ts';
import type { WorkUnit } from '#shared/engine/work-unit.ts';
import { MoodleUnavailableError } from '#shared/moodle/errors.ts';
import { away, EngineKit, refused } from './engine-kit.ts';

// What a worker does around a push: whom it asks before, and whom it tells after.
let kit: EngineKit;
let sent: { units: WorkUnit[]; delaySeconds: number }[];
const work = (isRedelivered = false) => kit.work(kit.unit('subjects', [1]), isRedelivered);
const queued = () =>
  sent.flatMap(({ units, delaySeconds }) => units.map((unit) => ({ ...unit, delaySeconds })));

beforeEach(() => {
  kit = new EngineKit();
  sent = [];
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
    kit.ports.breaker.failed = async (_instance, { code }: Failure) => void told.push(code);
    kit.courses.answer = (_item, session) => {
      session.failure = away;
      return { result: 'failed', failure: away };
    };
    await work();
    expect(told).toEqual(['timeout']);
  });

  it('calls nobody while the breaker is open; the doubt of a second delivery stays with the unit', async () => {
    kit.ports.breaker.admit = async () => ({ kind: 'wait', seconds: 120 });
    expect(await work(true)).toBeUndefined();
    expect(kit.courses.pushed).toBe('');
    const [unit] = queued();
    expect(unit).toMatchObject({ ids: ['1'], force: true });
    expect(unit?.delaySeconds).toBeGreaterThanOrEqual(120);
    expect(unit?.delaySeconds).toBeLessThan(150);
  });

  it('probes when it is time, and tells the breaker if nobody answers', async () => {
    const told: string[] = [];
    let admission: { kind: 'probe' } | { kind: 'wait'; seconds: number } = { kind: 'probe' };
    kit.ports.breaker.admit = async () => admission;
    kit.ports.breaker.failed = async (_instance, { code }) => {
      told.push(code);
      admission = { kind: 'wait', seconds: 300 };
    };
    const silent = { call: () => Promise.reject(new MoodleUnavailableError('f', 'connection', 'reset.')) };
    const session = kit.session();
    kit.session = () => ({ ...session, client: { ...session.client, ...silent } });
    expect(await work()).toBeUndefined();
    expect([told, kit.courses.pushed]).toEqual([['connection'], '']);
    expect(queued()[0]?.delaySeconds).toBeGreaterThanOrEqual(300);
  });

  it('releases what failed because the instance was away, and only that, once it is back', async () => {
    kit.setRow('subjects_2', { status: 'failed', failure: away });
    kit.setRow('subjects_3', { status: 'failed', failure: refused });
    kit.ports.breaker.answered = async () => true;
    kit.courses.answer = (_item, session) => {
      session.client.statistics.calls += 1;
      return { result: 'created', moodleId: 1 };
    };
    await work();
    expect(queued()).toEqual([{ ...kit.unit('subjects', [2]), delaySeconds: 0 }]);
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
    expect(await work()).toBeUndefined();
    expect([places, queued()]).toMatchObject([['message'], [{ ids: ['1'] }]]);
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
    const units = unitsAgain('demo', [
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
    const units = unitsAgain('demo', [...many, many[0]!]).get(300)!;
    expect(units.map(({ ids }) => ids.length)).toEqual([50, 10]);
    expect(units[1]?.retry_of).toEqual(units[1]?.ids.map((id) => `f${id}`));
  });
});
