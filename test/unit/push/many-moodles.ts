import { setImmediate as turn } from 'node:timers/promises';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleUnavailableError } from '#shared/moodle/client/errors.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import { moodleTarget, type PushWorkPorts } from '#shared/moodle/push/moodle-target.ts';
import type { PushMessage } from '#shared/moodle/push/work-unit.ts';
import { type BreakerState, breakerStateSchema, sharedBreaker } from '#shared/sync/limits/breaker.ts';
import {
  type BulkheadState,
  bulkheadStateSchema,
  mostUnits,
  sharedBulkhead,
} from '#shared/sync/limits/bulkhead.ts';
import { type Delivery, putAside } from '#shared/sync/units/parking.ts';
import { wake, work } from '#shared/sync/units/work.ts';
import { away, EngineKit, ToyService } from './engine-kit.ts';
import { MemoryMappings, MemoryParking } from './push-kit.ts';

/** How a Moodle fares. */
export interface Fate {
  /** How long a unit takes. */
  seconds: number;
  isAway?: boolean;
  isPaused?: boolean;
}

interface Message {
  message: PushMessage;
  due: number;
}

/** What became of the units of one Moodle. */
export interface Waits {
  done: number;
  /** Seconds from being sent to being through: half of the units, and all of them. */
  median: number;
  longest: number;
  /** How often the unit that came round most was received. */
  rounds: number;
  /** How many were worked off at the same time at most. */
  atOnce: number;
}

/**
 * One queue, a number of workers and several Moodles, in virtual time: the real engine, breaker, bulkhead and parking over
 * states in memory. A unit is one course.
 */
export class ManyMoodles {
  now = Date.parse('2026-09-01T08:00:00Z');
  readonly parking = new MemoryParking();
  readonly #fates: Map<string, Fate>;
  readonly #workers: number;
  readonly #queue: Message[] = [];
  readonly #sleepers: { until: number; wake: () => void }[] = [];
  readonly #breakers = new Map<string, BreakerState>();
  readonly #bulkheads = new Map<string, BulkheadState>();
  readonly #ports = new Map<string, PushWorkPorts>();
  readonly #sent = new Map<string, number>();
  readonly #through = new Map<string, number>();
  readonly #rounds = new Map<string, number>();
  readonly #atOnce = new Map<string, { now: number; most: number }>();
  readonly #courses = new ToyService('subjects');
  #busy = 0;
  #received = 0;

  constructor(workers: number, fates: Record<string, Fate>) {
    this.#workers = workers;
    this.#fates = new Map(Object.entries(fates));
    this.#courses.answer = async (_item, context) => {
      const { isAway, seconds } = this.fate(context.instance.id);
      if (!isAway) {
        const atOnce = this.#atOnce.get(context.instance.id) ?? { now: 0, most: 0 };
        this.#atOnce.set(context.instance.id, atOnce);
        atOnce.now += 1;
        atOnce.most = Math.max(atOnce.most, atOnce.now);
        await this.#sleep(seconds * 1000);
        atOnce.now -= 1;
        context.client.statistics.calls += 1;
        return { result: 'created', moodleId: 1 };
      }
      await this.#sleep(20_000);
      context.failure = away;
      return { result: 'failed', failure: away };
    };
    for (const id of this.#fates.keys()) this.#ports.set(id, this.#newPorts());
  }

  fate(id: string): Fate {
    return this.#fates.get(id)!;
  }

  /** Sends units of one course each to these Moodles, in turn, as the stream does. */
  send(ids: readonly string[], units: number): void {
    for (let unit = 1; unit <= units; unit += 1) {
      this.#courses.put(unit);
      for (const instance of ids) {
        this.#sent.set(`${instance} ${unit}`, this.now);
        this.#push({ instance, service: 'subjects', ids: [String(unit)] }, 0);
      }
    }
  }

  /** Lets so much time pass, and all happen that falls due in it. */
  async pass(seconds: number): Promise<void> {
    const end = this.now + seconds * 1000;
    for (;;) {
      await turn();
      if (this.#startDue()) continue;
      const times = [
        ...this.#sleepers.map(({ until }) => until),
        ...(this.#busy < this.#workers ? this.#queue.map(({ due }) => due) : []),
      ];
      const next = times.reduce((first, time) => Math.min(first, time), Number.POSITIVE_INFINITY);
      if (next > end) break;
      this.now = Math.max(this.now, next);
      for (const sleeper of this.#sleepers.filter(({ until }) => until <= this.now)) {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        sleeper.wake();
      }
    }
    this.now = end;
  }

  /** Ends a pause: a sweep finds units that wait and wakes the instance. */
  async resume(id: string): Promise<void> {
    this.fate(id).isPaused = false;
    this.#push({ instance: id, wake: true }, 0);
  }

  waits(id: string): Waits {
    const units = [...this.#sent].filter(([unit]) => unit.startsWith(`${id} `));
    const times = units.flatMap(([unit, at]) => {
      const through = this.#through.get(unit);
      return through === undefined ? [] : [(through - at) / 1000];
    });
    times.sort((a, b) => a - b);
    return {
      done: times.length,
      median: Math.round(times[Math.floor(times.length / 2)] ?? Number.NaN),
      longest: Math.round(times.at(-1) ?? Number.NaN),
      rounds: Math.max(0, ...units.map(([unit]) => this.#rounds.get(unit) ?? 0)),
      atOnce: this.#atOnce.get(id)?.most ?? 0,
    };
  }

  /** Rows of a Moodle that lost an attempt, or whose units were given up. */
  losses(id: string): string[] {
    const { rows } = this.#ports.get(id)!.mappings as MemoryMappings;
    return [...rows.values()].filter(({ status }) => status !== 'synced').map(({ idnumber }) => idnumber);
  }

  #startDue(): boolean {
    if (this.#busy >= this.#workers) return false;
    const index = this.#queue.findIndex(({ due }) => due <= this.now);
    if (index < 0) return false;
    const [{ message }] = this.#queue.splice(index, 1) as [Message];
    this.#busy += 1;
    void this.#handle(message).finally(() => {
      this.#busy -= 1;
    });
    return true;
  }

  /** As the function's handler does. */
  async #handle(message: PushMessage): Promise<void> {
    const ports = this.#ports.get(message.instance)!;
    this.#received += 1;
    const delivery: Delivery = { id: `m${this.#received}`, isRedelivered: false };
    const { isPaused } = this.fate(message.instance);
    const target = moodleTarget(this.#instance(message.instance), this.#client(message.instance), ports);
    if ('wake' in message) {
      if (!isPaused) await wake(target, ports);
      return;
    }
    const unit = `${message.instance} ${message.ids.join()}`;
    this.#rounds.set(unit, (this.#rounds.get(unit) ?? 0) + 1);
    if (isPaused) return putAside(message, target, ports, delivery);
    await work(message, target, ports, delivery);
    for (const id of message.ids) {
      const row = (ports.mappings as MemoryMappings).rows.get(`subjects_${id}`);
      if (row?.status === 'synced' && !this.#through.has(unit)) this.#through.set(unit, this.now);
    }
  }

  #instance(id: string): Instance {
    return instanceSchema.parse({ id, base_url: `https://${id}.example.org` });
  }

  #client(id: string): MoodleCaller {
    const call = async () => {
      await this.#sleep(100);
      if (this.fate(id).isAway) throw new MoodleUnavailableError('f', 'timeout', 'no answer.');
      return { functions: [] } as never;
    };
    return { statistics: { calls: 0 } as MoodleCaller['statistics'], call };
  }

  #newPorts(): PushWorkPorts {
    const clock = { now: () => this.now, sleep: (milliseconds: number) => this.#sleep(milliseconds) };
    const kit = new EngineKit();
    const { log } = kit.ports;
    const save = <State extends { revision: number }>(states: Map<string, State>) => {
      return async (instance: string, state: State) => {
        if ((states.get(instance)?.revision ?? 0) !== state.revision) return false;
        states.set(instance, { ...state, revision: state.revision + 1 });
        return true;
      };
    };
    const breakers = {
      getBreaker: async (instance: string) => this.#breakers.get(instance) ?? breakerStateSchema.parse({}),
      saveBreaker: save(this.#breakers),
    };
    const bulkheads = {
      getBulkhead: async (instance: string) => this.#bulkheads.get(instance) ?? bulkheadStateSchema.parse({}),
      saveBulkhead: save(this.#bulkheads),
    };
    const most = async () => mostUnits(this.#workers, this.#fates.size > 1);
    return {
      ...kit.ports,
      clock,
      mappings: new MemoryMappings(),
      services: { ...kit.services, byName: () => this.#courses, inOrder: [this.#courses] },
      breaker: sharedBreaker(breakers, clock, log),
      bulkhead: sharedBulkhead(bulkheads, most, clock, log),
      parking: this.parking,
      later: {
        send: async (units, seconds) => {
          for (const unit of units) this.#push(unit, seconds);
        },
      },
      wakes: { wake: async (instance, seconds = 0) => this.#push({ instance, wake: true }, seconds) },
    };
  }

  #push(message: PushMessage, seconds: number): void {
    this.#queue.push({ message, due: this.now + seconds * 1000 });
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ until: this.now + milliseconds, wake: resolve });
    });
  }
}
