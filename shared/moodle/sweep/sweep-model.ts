import { recordTarget } from '#shared/models/links.ts';
import type { Link } from '#shared/models/records.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Mapping, MappingReader } from '#shared/moodle/mappings/mapping.ts';
import {
  type KeptMappings,
  keepMappings,
  mappingsAhead,
  rangeOf,
} from '#shared/moodle/mappings/read-mappings.ts';
import { haveOwnersChanged } from '#shared/moodle/push/conflict-owners.ts';
import { desiredOf } from '#shared/moodle/push/desired.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';
import { nothingKept, RecordView } from '#shared/moodle/push/record-view.ts';
import { cutUnits } from '#shared/moodle/push/work-unit.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import { isBrakeOn } from '#shared/sync/limits/brake.ts';
import { linksOfItem } from './link-repair.ts';
import { judge, type Verdict } from './sweep-judge.ts';
import type { SweepPosition } from './sweep-part.ts';
import type { ModelSweepPorts } from './sweep-ports.ts';
import type { KeptRecords } from './sweep-records.ts';

/** Found records are queued whenever there are so many: the rest of a service can take minutes. */
const queuedTogether = 1_000;
/** Records whose ids a message of the sweep queue can carry (20 bytes each, of 256 kB). */
const mostCarried = 5_000;
/** Records that are looked at a second time together. */
const lookedAtAgain = 100;

/** How far a sweep is with one service. */
interface ServicePart {
  service: PushService;
  isBrakeOn: boolean;
  /** Ids of records that are to be pushed and not queued yet. */
  found: string[];
  counts: { records: number; mappings: number; queued: number; subtracting: number };
}

/** One model's part of a sweep of one instance: what its records are in Moodle by all services that go by them. */
export class ModelSweep {
  readonly #instance: Instance;
  readonly #parts: readonly ServicePart[];
  readonly #records: KeptRecords;
  readonly #ports: ModelSweepPorts;
  readonly #position: SweepPosition;
  /** Ids of all records, if this run has read them all: a mapping of any other is one whose record may be gone. */
  readonly #seen: Set<string> | undefined;
  readonly #keptReadings = nothingKept();
  /** All mappings of the services, where this run could read them beforehand. */
  #kept: KeptMappings | undefined;

  /**
   * @param services of the model that `start` names
   * @param start where to begin; it is left as it is
   */
  constructor(
    instance: Instance,
    services: readonly PushService[],
    records: KeptRecords,
    ports: ModelSweepPorts,
    start: SweepPosition,
  ) {
    this.#instance = instance;
    this.#parts = services.map((service) => ({
      ...{ service, isBrakeOn: false, found: [] },
      counts: { records: 0, mappings: 0, queued: 0, subtracting: 0 },
    }));
    this.#records = records;
    this.#ports = ports;
    this.#position = structuredClone(start);
    this.#seen = start.phase === 'records' && start.after === undefined ? new Set() : undefined;
  }

  /** @returns where to go on if time has run out */
  async run(hasTime: () => boolean): Promise<SweepPosition | undefined> {
    const { instances } = this.#ports;
    const { id } = this.#instance;
    const position = this.#position;
    for (const part of this.#parts)
      part.isBrakeOn = isBrakeOn(await instances.getBrake(id, part.service.name));
    if (this.#seen) {
      const services = this.#parts.map(({ service }) => service);
      this.#kept = await keepMappings(id, services, this.#ports, hasTime, notesOf(services));
    }
    for (;;) {
      const isAtEnd = position.phase === 'records' ? await this.#recordPage() : await this.#mappingPage();
      for (const part of this.#parts)
        if (part.found.length >= queuedTogether) await this.#queue(part, part.found.splice(0));
      if (isAtEnd) break;
      if (!hasTime()) return this.#pause();
    }
    for (const part of this.#parts) await this.#queue(part, part.found.splice(0));
    for (const part of this.#parts) {
      const { name } = part.service;
      await instances.setHolds(id, name, position.holds[name] ?? 0);
      await this.#queueSubtracting(part);
      this.#report(part, 'Swept');
    }
    return undefined;
  }

  /** What is to be pushed does not wait for the next part; what takes something away is announced all at once. */
  async #pause(): Promise<SweepPosition> {
    const carried = Object.values(this.#position.subtracting).flat().length;
    for (const part of this.#parts) {
      await this.#queue(part, part.found.splice(0));
      if (carried > mostCarried) await this.#queueSubtracting(part);
      this.#report(part, 'Sweep goes on in another run');
    }
    return this.#position;
  }

  async #recordPage(): Promise<false> {
    const position = this.#position;
    const range = { after: position.after, limit: this.#ports.pageSize };
    const { items, after } = await this.#records.page(position.model, range);
    const ids = items.map(({ id }) => id);
    for (const id of ids) this.#seen?.add(id);
    for (const { counts } of this.#parts) counts.records += ids.length;
    await this.#look(ids);
    position.after = after;
    if (after === undefined) position.phase = 'mappings';
    return false;
  }

  /** Counts what the instance holds and finds the mappings whose record is gone. Answers whether it was the last page. */
  async #mappingPage(): Promise<boolean> {
    const position = this.#position;
    const { mappings, after } = this.#kept
      ? { mappings: [...this.#kept.rows.values()], after: undefined }
      : await this.#ports.mappings.page(this.#instance.id, {
          ...this.#range,
          after: position.after,
          limit: this.#ports.pageSize,
        });
    const unseen = new Set<string>();
    for (const { service, counts } of this.#parts) {
      const own = mappings.filter((mapping) => mapping.service === service.name);
      counts.mappings += own.length;
      position.holds[service.name] =
        (position.holds[service.name] ?? 0) + own.filter(({ active }) => active).length;
      for (const { record_id } of own) if (!this.#seen?.has(record_id)) unseen.add(record_id);
    }
    const there = await this.#ports.records.getMany(position.model, [...unseen]);
    const gone = [...unseen].filter((id) => !there.has(id));
    for (const part of inParts(gone, this.#ports.pageSize)) await this.#look(part);
    position.after = after;
    return after === undefined;
  }

  /** The services of one model have idnumbers that begin alike. */
  get #range() {
    return rangeOf(this.#parts[0]!.service.name);
  }

  /** Compares records, or what is left of them, with their mappings. */
  async #look(ids: string[]): Promise<void> {
    const kept = this.#kept && this.#view(this.#kept.store);
    const whole = this.#view(mappingsAhead(this.#ports.mappings));
    for (const part of this.#parts) {
      // What is kept tells that nothing is to be done; what is, only the whole mapping does.
      const open = kept ? idsToPush(await this.#judge(part, kept, ids)) : ids;
      for (const [id, verdicts] of await this.#judge(part, whole, open)) {
        if (verdicts.includes('subtract')) this.#subtractingOf(part).push(id);
        else if (verdicts.includes('push')) part.found.push(id);
      }
    }
  }

  #view(mappings: MappingReader): RecordView {
    const now = this.#ports.clock.now();
    return new RecordView(this.#instance, this.#records, this.#records, mappings, now, this.#keptReadings);
  }

  #subtractingOf({ service }: ServicePart): string[] {
    const { subtracting } = this.#position;
    subtracting[service.name] ??= [];
    return subtracting[service.name]!;
  }

  /** The verdicts on all entities of each record. */
  async #judge(
    { service, isBrakeOn }: ServicePart,
    view: RecordView,
    ids: string[],
  ): Promise<Map<string, Verdict[]>> {
    const circumstances = {
      instance: this.#instance.id,
      service,
      now: this.#ports.clock.now(),
      isBrakeOn,
      isReleased: (mapping: Mapping) => isReleased(view, mapping),
    };
    const verdicts = new Map<string, Verdict[]>();
    for (const { id, idnumber, built, mapping } of await desiredOf(service, view, ids)) {
      const verdict = await judge(built, idnumber, mapping, circumstances);
      verdicts.set(id, [...(verdicts.get(id) ?? []), verdict]);
    }
    return verdicts;
  }

  /** Tells the brake how much will be taken away in all before the first of it is queued. */
  async #queueSubtracting(part: ServicePart): Promise<void> {
    const ids = this.#subtractingOf(part).splice(0);
    if (ids.length === 0) return;
    await this.#repairLinks(ids);
    const count = await this.#countSubtractions(part, ids);
    part.counts.subtracting += count;
    if (count > 0) await this.#ports.brake.announce(this.#instance, part.service.name, count);
    await this.#queue(part, ids);
  }

  /**
   * Looks again at what seemed to go, with everything read anew and consistently: while a sweep runs, records come
   * that it has not seen, and what it has not seen must not look like a mass deletion.
   */
  async #countSubtractions(part: ServicePart, ids: string[]): Promise<number> {
    const { records, links, mappings, clock } = this.#ports;
    let count = 0;
    for (const together of inParts(ids, lookedAtAgain)) {
      const view = new RecordView(this.#instance, records, links, mappings, clock.now());
      const verdicts = await this.#judge(part, view, together);
      count += [...verdicts.values()].flat().filter((verdict) => verdict === 'subtract').length;
    }
    return count;
  }

  async #queue({ service, counts }: ServicePart, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#repairLinks(ids);
    await this.#ports.queue.send(cutUnits(this.#instance.id, service.name, ids));
    counts.queued += ids.length;
  }

  /** What was missed by the stream has no links yet, and the worker that gets it goes by them. */
  async #repairLinks(ids: string[]): Promise<void> {
    const { model } = this.#position;
    const links: Link[] = [];
    for (const item of (await this.#records.getMany(model, ids)).values()) {
      links.push(...linksOfItem(model, item));
    }
    for (const id of ids) {
      const target = recordTarget(model, id);
      for (const source of await this.#records.referrers(target)) links.push({ target, source });
    }
    await this.#ports.links.write(await this.#ports.links.missing(links), []);
  }

  #report({ service, counts }: ServicePart, message: string): void {
    this.#ports.log.info(message, {
      instance: this.#instance.id,
      push_service: service.name,
      ...counts,
      holds: this.#position.holds[service.name] ?? 0,
    });
  }
}

/** Of `extra_data` all that any of the services needs to tell what should be; undefined where that may be anything. */
function notesOf(services: readonly PushService[]): string[] | undefined {
  if (services.some(({ notes }) => notes === undefined)) return undefined;
  return [...services.flatMap(({ notes }) => notes ?? []), 'left_out'];
}

function idsToPush(verdicts: ReadonlyMap<string, readonly Verdict[]>): string[] {
  return [...verdicts].filter(([, own]) => own.some((verdict) => verdict !== 'leave')).map(([id]) => id);
}

/**
 * Whether anything that a mapping waits for has arrived, or has no mapping any more that could tell of it. The other
 * side of a conflict is in Moodle anyway: there it counts whether it was written since.
 */
async function isReleased(view: RecordView, { status, failure }: Mapping): Promise<boolean> {
  if (status === 'conflict') return haveOwnersChanged(view, failure);
  const names = failure?.waits_for ?? [];
  const awaited = await view.mappings(names);
  return names.some((name) => {
    const other = awaited.get(name);
    return !other || other.moodle_id !== undefined;
  });
}
