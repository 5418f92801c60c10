import { type ServiceName, serviceModels } from '#shared/models/services.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import type { Built, Entity } from '#shared/moodle/push/entity.ts';
import { moodleTarget, type PushWorkPorts } from '#shared/moodle/push/moodle-target.ts';
import { pushUnit } from '#shared/moodle/push/push.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushLedger } from '#shared/moodle/push/push-ledger.ts';
import type { PushItem, PushResult, PushService, ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { type Failure, missingDependency } from '#shared/sync/failure.ts';
import { work } from '#shared/sync/units/work.ts';
import { MemoryMappings, MemoryParking } from './push-kit.ts';

export const refused: Failure = {
  class: 'refused',
  code: 'toolong',
  reason: 'Moodle refused it.',
  advice: 'Shorten it.',
};
export const away: Failure = {
  class: 'unreachable',
  code: 'timeout',
  reason: 'No answer.',
  advice: 'Wait.',
};

/** A service of which a test says what its records should be, and how Moodle takes them. */
export class ToyService implements PushService {
  readonly name: ServiceName;
  partial = false;
  /** The items of each push. */
  readonly pushes: PushItem[][] = [];
  readonly built = new Map<string, Built>();
  answer: (item: PushItem, context: PushContext) => PushResult | Promise<PushResult> = ({
    entity,
    mapping,
  }) =>
    mapping.moodle_id === undefined
      ? { result: 'created', moodleId: 100 + Number(entity.source.id) }
      : { result: 'updated' };
  adds?: (entity: Entity, mapping: Mapping) => boolean;

  constructor(name: ServiceName) {
    this.name = name;
  }

  /** Has a record be this from now on. @returns its idnumber */
  put(id: number, fields: Partial<Entity> = {}): string {
    const idnumber = `${this.name}_${id}`;
    const payload = (fields.payload ?? { name: `Name ${id}` }) as Entity['fields'];
    const source = { model: serviceModels[this.name], id: String(id) };
    const base = { idnumber, service: this.name, source, dependencies: [], active: true };
    this.built.set(idnumber, {
      kind: 'entity',
      entity: { ...base, fields: payload, payload, ...fields } as Entity,
    });
    return idnumber;
  }

  /** The idnumbers of each push, in one line. */
  get pushed(): string {
    return this.pushes.map((items) => items.map(({ entity }) => entity.idnumber).join()).join(' ');
  }

  async targets(_world: RecordView, ids: string[]): Promise<Map<string, string[]>> {
    return new Map(ids.map((id) => [id, [`${this.name}_${id}`]]));
  }

  async build(_world: RecordView, idnumber: string): Promise<Built> {
    return this.built.get(idnumber) ?? { kind: 'nothing' };
  }

  isPresent({ active }: Entity): boolean {
    return active;
  }

  takesAway(entity: Entity, mapping: Mapping): boolean {
    return mapping.active && !entity.active;
  }

  async push(context: PushContext, items: PushItem[]): Promise<Map<string, PushResult>> {
    this.pushes.push(items);
    const results = new Map<string, PushResult>();
    for (const item of items) results.set(item.entity.idnumber, await this.answer(item, context));
    return results;
  }
}

/** The engine alone: two services, courses that lie in categories, over mappings in memory; nobody waits for its clock. */
export class EngineKit {
  readonly mappings = new MemoryMappings();
  readonly parking = new MemoryParking();
  readonly categories = new ToyService('programs');
  readonly courses = new ToyService('subjects');
  now = Date.parse('2026-09-01T08:00:00Z');
  isBrakeOn = false;
  /** What was told to the brake: `reserve 3`, `giveBack 1`, `holds +2`. */
  readonly brakeCalls: string[] = [];
  /** Happens while a worker waits for others. */
  whileWaiting = async (): Promise<void> => {};
  readonly instance: Instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });

  readonly services: ServiceRegistry = {
    inOrder: [this.categories, this.courses],
    byName: (name) => (name === 'programs' ? this.categories : this.courses),
    ofIdnumber: (idnumber) => (idnumber.startsWith('programs_') ? this.categories : this.courses),
  };

  /** Everything a worker has but what belongs to one unit. */
  readonly ports: PushWorkPorts = {
    records: { getMany: async () => new Map() },
    links: { sources: async () => [] },
    mappings: this.mappings,
    services: this.services,
    clock: {
      now: () => this.now,
      sleep: async (milliseconds) => {
        this.now += milliseconds;
        await this.whileWaiting();
      },
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    brake: {
      reserve: async (_instance, _service, count) => {
        this.brakeCalls.push(`reserve ${count}`);
        return !this.isBrakeOn;
      },
      announce: async () => !this.isBrakeOn,
      giveBack: async (_instance, _service, count) => void this.brakeCalls.push(`giveBack ${count}`),
      addHolds: async (_instance, _service, change) => void this.brakeCalls.push(`holds ${change}`),
    },
    breaker: {
      admit: async () => ({ kind: 'call' }),
      failed: async () => undefined,
      answered: async () => false,
      isOpen: async () => false,
    },
    bulkhead: { enter: async () => true, keep: async () => 'kept', leave: async () => {} },
    parking: this.parking,
    wakes: { wake: async () => {} },
    later: { send: async () => {} },
    permanentFailures: { send: async () => {} },
  };

  context(force = false): PushContext {
    const { records, links, mappings, brake, clock, log } = this.ports;
    const view = new RecordView(this.instance, records, links, mappings, clock.now());
    const client = { statistics: { calls: 0 } } as PushContext['client'];
    return { instance: this.instance, client, view, brake, clock, log, force, doubted: new Set() };
  }

  /** One worker's push of these records. */
  push(
    { name }: ToyService,
    ids: number[],
    { force = false, ...rest }: Partial<WorkUnit> = {},
  ): Promise<PushLedger> {
    return pushUnit(this.context(force), this.services, { ...this.unit(name, ids), ...rest });
  }

  /** The same as a worker does it, with all that surrounds a push. */
  work(unit: WorkUnit, isRedelivered = false): Promise<PushLedger | undefined> {
    const target = moodleTarget(this.instance, this.context().client, this.ports);
    return work(unit, target, this.ports, { id: 'message', isRedelivered });
  }

  unit(service: ServiceName, ids: number[]): WorkUnit {
    return { instance: 'demo', service, ids: ids.map(String) };
  }

  row(idnumber: string): Mapping | undefined {
    return this.mappings.rows.get(idnumber);
  }

  /** Has a row be there, as somebody else's write; its revision rises. */
  setRow(idnumber: string, fields: Partial<Mapping>): void {
    const { name } = this.services.ofIdnumber(idnumber);
    const source = { model: serviceModels[name], id: idnumber.split('_')[1]! };
    const before = this.row(idnumber) ?? newMapping('demo', idnumber, name, source);
    this.mappings.rows.set(idnumber, { ...before, ...fields, revision: before.revision + 1 });
  }

  /** A failure that waits for this entity. */
  waitingFor(idnumber: string): Failure {
    return { ...missingDependency('It waits.'), code: 'waiting', waits_for: [idnumber] };
  }
}
