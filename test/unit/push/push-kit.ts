import { setImmediate as turn } from 'node:timers/promises';
import type { MoodleSettings } from '#local/moodle/settings.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import type { RecordChange } from '#shared/models/changes/record-change.ts';
import { planPushes } from '#shared/models/changes/ripple.ts';
import { linksOf, recordTarget } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { brakedServices } from '#shared/moodle/brakes.ts';
import { compareWithMoodle, type DriftPosition } from '#shared/moodle/drift/drift.ts';
import type { Finding } from '#shared/moodle/drift/finding.ts';
import { repairNoted } from '#shared/moodle/drift/repair.ts';
import { type Instance, instanceSchema, takesRipple } from '#shared/moodle/instance/instance.ts';
import type {
  AttentionReader,
  Mapping,
  MappingPages,
  MappingStore,
} from '#shared/moodle/mappings/mapping.ts';
import { moodleTarget, type PushWorkPorts } from '#shared/moodle/push/moodle-target.ts';
import { cutUnits, releaseHeld, type WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { services } from '#shared/moodle/services.ts';
import { VirtualClock } from '#shared/operate/plan/virtual-clock.ts';
import type { Item } from '#shared/store/documents.ts';
import type { Log } from '#shared/sync/ports.ts';
import type { Parking } from '#shared/sync/units/parking.ts';
import { work } from '#shared/sync/units/work.ts';
import { Site } from '#test/integration/site.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** What comes back sooner is waited for by `settle`. */
const soon = 60_000;

type PageRange = Parameters<MappingPages['page']>[1];

/** Mappings in memory, written on their revision as the table's are. */
export class MemoryMappings implements MappingStore, MappingPages, AttentionReader {
  readonly rows = new Map<string, Mapping>();

  async getMany(_instance: string, idnumbers: string[]): Promise<Map<string, Mapping>> {
    return new Map(
      idnumbers.flatMap((idnumber) => {
        const row = this.rows.get(idnumber);
        return row ? [[idnumber, structuredClone(row)] as const] : [];
      }),
    );
  }

  async listByPrefix(_instance: string, prefix: string): Promise<Mapping[]> {
    return [...this.rows.values()].filter(({ idnumber }) => idnumber.startsWith(prefix));
  }

  async page(_instance: string, { from, to, after = '', limit = 1_000 }: PageRange) {
    const all = [...this.rows.keys()].sort().filter((key) => key >= from && key <= to && key > after);
    const page = all.slice(0, limit);
    const mappings = page.map((idnumber) => structuredClone(this.rows.get(idnumber)!));
    return { mappings, after: all.length > limit ? page.at(-1) : undefined };
  }

  async listAttention(_instance: string, status: Mapping['status']): Promise<Mapping[]> {
    return [...this.rows.values()].filter((row) => row.status === status);
  }

  async save(mapping: Mapping): Promise<boolean> {
    if ((this.rows.get(mapping.idnumber)?.revision ?? 0) !== mapping.revision) return false;
    // As a table keeps it: what is undefined is not there.
    this.rows.set(
      mapping.idnumber,
      JSON.parse(JSON.stringify({ ...mapping, revision: mapping.revision + 1 })),
    );
    return true;
  }

  async remove(_instance: string, idnumbers: string[]): Promise<void> {
    for (const idnumber of idnumbers) this.rows.delete(idnumber);
  }
}

/** What waits for its instance, in memory. */
export class MemoryParking implements Parking<WorkUnit> {
  readonly rows = new Map<string, WorkUnit>();

  async park(_instance: string, key: string, unit: WorkUnit): Promise<void> {
    this.rows.set(`${unit.instance} ${key}`, unit);
  }

  async oldest(instance: string, count: number): Promise<{ key: string; unit: WorkUnit }[]> {
    const own = [...this.rows].filter(([, unit]) => unit.instance === instance);
    const sorted = own.map(([key, unit]) => ({ key: key.slice(instance.length + 1), unit }));
    return sorted.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, count);
  }

  async remove(instance: string, key: string): Promise<void> {
    this.rows.delete(`${instance} ${key}`);
  }
}

/** A clock that nobody waits for; whoever sleeps lets other workers go on. */
class TestClock extends VirtualClock {
  override async sleep(milliseconds: number): Promise<void> {
    for (let count = 0; count < 50; count += 1) await turn();
    await super.sleep(milliseconds);
  }
}

/**
 * The push alone, in this process: records and mappings in memory, one worker unless units are worked off at the same
 * time, a virtual clock, and a Moodle. What travels through tables, queues and schedules is for the integration tests.
 */
export class PushKit {
  readonly mappings = new MemoryMappings();
  readonly clock = new TestClock(Date.parse('2026-09-01T08:00:00Z'));
  readonly site: Site;
  readonly moodle: SimulatedMoodle;
  instance: Instance;
  /** Whether anything may be taken away. */
  isBrakeOn = false;
  /** How much the instance is taken to hold of each service. */
  holds = 1_000;
  /** Codes of the failures that the breaker was told of. */
  readonly toldBreaker: string[] = [];
  readonly #items = new Map<string, RecordItem>();
  readonly #waiting: { unit: WorkUnit; at: number }[] = [];

  private constructor(moodle: SimulatedMoodle, settings: Record<string, unknown>) {
    this.moodle = moodle;
    this.site = new Site(moodle);
    this.instance = instanceSchema.parse({ id: 'demo', base_url: moodle.url, ...settings });
  }

  /** @param settings the instance's, where not as by default */
  static async start({
    settings = {},
    moodle = {},
  }: {
    settings?: Record<string, unknown>;
    moodle?: Partial<MoodleSettings>;
  } = {}): Promise<PushKit> {
    return new PushKit(await SimulatedMoodle.start({ settings: moodle }), settings);
  }

  /** Writes records in one go; what they cause is queued. */
  put(...items: Item[]): Promise<void> {
    return this.#change(items.map((item) => ({ item, isThere: true })));
  }

  delete(...items: Item[]): Promise<void> {
    return this.#change(items.map((item) => ({ item, isThere: false })));
  }

  /** Writes records and works off what they cause. */
  async sync(...items: Item[]): Promise<void> {
    await this.put(...items);
    await this.settle();
  }

  /** Works off all that is due now or soon. @param before looks at each unit first; one that throws kills the worker */
  async settle(): Promise<void> {
    for (let next = this.#next(soon); next; next = this.#next(soon)) await this.workOff(next);
  }

  /** Lets time pass, and what falls due in it happen. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    for (let next = this.#next(end - this.clock.now()); next; next = this.#next(end - this.clock.now()))
      await this.workOff(next);
    this.clock.advanceTo(end);
  }

  /** Queues records as a sweep that has found them different would. */
  queue(...units: WorkUnit[]): void {
    for (const unit of units) this.#waiting.push({ unit, at: this.clock.now() });
  }

  async workOff(unit: WorkUnit, isRedelivered = false): Promise<void> {
    const ports = this.#ports();
    const target = moodleTarget(this.instance, this.site.client, ports);
    await work(unit, target, ports, { id: 'unit', isRedelivered });
  }

  /** Has workers of their own work off units of these services and records at the same time. */
  async workAtOnce(...units: [service: WorkUnit['service'], ...ids: number[]][]): Promise<void> {
    const cut = units.flatMap(([service, ...ids]) => cutUnits(this.instance.id, service, ids.map(String)));
    await Promise.all(cut.map((unit) => this.workOff(unit)));
  }

  /** Empties the queue: what was written is to be pushed by units of the test's own. */
  forgetQueue(): void {
    this.#waiting.length = 0;
  }

  /** What is queued, and in how many seconds it is due. */
  waiting(): { unit: WorkUnit; seconds: number }[] {
    return this.#waiting.map(({ unit, at }) => ({ unit, seconds: (at - this.clock.now()) / 1000 }));
  }

  /** Compares the Moodle with the mappings, in parts as `hasTime` allows, and works off what is queued for that. */
  async compare({ repairs = true, hasTime = (): boolean => true } = {}): Promise<Finding[]> {
    const findings: Finding[] = [];
    let position: DriftPosition | undefined;
    do {
      const ports = {
        ...this.#ports(),
        client: this.site.client,
        mappings: this.mappings,
        holdsOf: async () => this.holds,
        queue: { send: async (units: WorkUnit[]) => this.queue(...units) },
      };
      const drift = await compareWithMoodle(this.instance, position, ports, { repairs, hasTime });
      findings.push(...drift.findings);
      position = drift.rest;
    } while (position);
    await this.settle();
    return findings;
  }

  /** Gives the operator's word: what is held goes on. */
  async releaseBrake(): Promise<void> {
    this.isBrakeOn = false;
    const queue = { send: async (units: WorkUnit[]) => this.queue(...units) };
    for (const service of brakedServices)
      await releaseHeld(this.instance.id, service, { mappings: this.mappings, queue });
    await this.settle();
  }

  /** Has pushed again what a comparison has noted, as an operator does. */
  async repair(): Promise<void> {
    const queue = { send: async (units: WorkUnit[]) => this.queue(...units) };
    await repairNoted(this.instance.id, ['push', 'hold'], { mappings: this.mappings, queue });
    await this.settle();
  }

  mapping(idnumber: string): Mapping | undefined {
    return this.mappings.rows.get(idnumber);
  }

  /** `{status}: {code}` of every mapping that is not synced, by idnumber. */
  troubles(): Record<string, string> {
    const rows = [...this.mappings.rows.values()].filter(({ status }) => status !== 'synced');
    return Object.fromEntries(
      rows.map(({ idnumber, status, failure }) => [idnumber, `${status}: ${failure?.code ?? 'none'}`]),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.moodle.stop();
  }

  async #change(written: { item: Item; isThere: boolean }[]): Promise<void> {
    const changes: RecordChange[] = [];
    for (const { item, isThere } of written) {
      const model = item.model as PushedModel;
      const id = String(item.id);
      const key = recordTarget(model, id);
      const after = isThere ? (structuredClone(item) as RecordItem) : undefined;
      changes.push({ model, id, before: this.#items.get(key), after });
      if (after) this.#items.set(key, after);
      else this.#items.delete(key);
    }
    const plan = await planPushes(
      changes,
      { records: this.records, links: this.#links },
      { isWanted: (ripple) => takesRipple(this.instance, ripple) },
    );
    for (const [service, ids] of plan) this.queue(...cutUnits(this.instance.id, service, ids));
  }

  /** The unit that is due next, if it is due within so many milliseconds. */
  #next(within: number): WorkUnit | undefined {
    const [first] = this.#waiting.toSorted((a, b) => a.at - b.at);
    if (!first || first.at > this.clock.now() + within) return undefined;
    this.#waiting.splice(this.#waiting.indexOf(first), 1);
    this.clock.advanceTo(first.at);
    return first.unit;
  }

  get records() {
    return {
      page: async (model: PushedModel) => ({
        items: [...this.#items.values()].filter((item) => item.model === model),
        after: undefined,
      }),
      getMany: async (model: PushedModel, ids: string[]) =>
        new Map(
          ids.flatMap((id) => {
            const item = this.#items.get(recordTarget(model, id));
            return item ? [[id, item] as const] : [];
          }),
        ),
    };
  }

  get #links() {
    return {
      sources: async (target: string, model: PushedModel) =>
        [...this.#items.values()].flatMap((item) =>
          item.model === model && linksOf(model, item).includes(target) ? [item.id] : [],
        ),
    };
  }

  #ports(): PushWorkPorts {
    return {
      records: this.records,
      links: this.#links,
      mappings: this.mappings,
      brake: {
        reserve: async () => !this.isBrakeOn,
        announce: async () => true,
        giveBack: async () => {},
        addHolds: async () => {},
      },
      breaker: {
        admit: async () => ({ kind: 'call' }),
        failed: async (_instance, { code }) => {
          this.toldBreaker.push(code);
          return undefined;
        },
        answered: async () => false,
        isOpen: async () => false,
      },
      bulkhead: { enter: async () => true, keep: async () => 'full', leave: async () => {} },
      parking: new MemoryParking(),
      wakes: { wake: async () => {} },
      later: {
        send: async (units, delaySeconds) => {
          for (const unit of units) this.#waiting.push({ unit, at: this.clock.now() + delaySeconds * 1000 });
        },
      },
      permanentFailures: { send: async () => {} },
      services,
      clock: this.clock,
      log: silent,
    };
  }
}
