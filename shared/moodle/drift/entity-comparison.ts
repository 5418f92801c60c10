import { kindOfService, prefixes, servicesOfKind } from '#shared/models/services.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { eachMapping } from '#shared/moodle/mappings/each-mapping.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Entity } from '#shared/moodle/push/entity.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { rangeOf } from '#shared/moodle/sweep/sweep-model.ts';
import { fieldHashes, payloadHash } from '#shared/sync/hash.ts';
import { compareEntity } from './compare-entity.ts';
import { compareTwins, type Named } from './compare-twins.ts';
import type { DriftPorts } from './doubt.ts';
import type { Difference } from './finding.ts';
import { type BulkService, type Observe, observer } from './observe.ts';
import { type Look, passOver } from './settle.ts';

/** Mappings looked at in one go: Moodle 4.5 takes 13 ms for each account it answers. */
const pageSize = 200;

/** Compares categories, courses and accounts with Moodle, many in one call. */
export class EntityComparison {
  readonly #instance: Instance;
  readonly #ports: DriftPorts;
  #observe: Observe | undefined;

  constructor(instance: Instance, ports: DriftPorts) {
    this.#instance = instance;
    this.#ports = ports;
  }

  /** @param after the idnumber to go on after */
  async *looks(service: BulkService, after: string | undefined): AsyncIterable<Look> {
    const range = rangeOf(service);
    for (let next = after; ; ) {
      const page = await this.#ports.mappings.page(this.#instance.id, {
        ...range,
        after: next,
        limit: pageSize,
      });
      const own = page.mappings.filter((row) => row.service === service && row.moodle_id !== undefined);
      const last = page.mappings.at(-1)?.idnumber;
      if (last !== undefined) yield { ...(await this.#look(service, own)), after: last };
      if (page.after === undefined) return;
      next = page.after;
    }
  }

  async #look(service: BulkService, rows: Mapping[]): Promise<Omit<Look, 'after'>> {
    this.#observe ??= observer(this.#ports.client, this.#instance, await this.#categoryNames());
    const settled = await settledEntities(this.#instance, rows, this.#ports);
    const ids = settled.map(({ row }) => row.moodle_id!);
    const { fields, named } = await this.#observe(service, ids);
    const kind = settingKinds[kindOfService[service]];
    const look: Omit<Look, 'after'> = { differences: [], rows: new Map() };
    for (const { entity, row } of settled) {
      const observed = fields.get(row.moodle_id!);
      const differences = compareEntity(this.#instance, kind, entity, observed);
      if (observed && named) differences.push(...(await this.#compareTwins(row, named)));
      look.differences.push(...differences);
      if (differences.length > 0 || row.drift) look.rows.set(row.idnumber, row);
    }
    return look;
  }

  async #compareTwins(row: Mapping, named: Named): Promise<Difference[]> {
    try {
      return await compareTwins(row, named);
    } catch (error) {
      passOver(error, 'Twins not compared', row.idnumber, this.#instance, this.#ports);
      return [];
    }
  }

  /** The idnumbers of our categories by their ids. */
  async #categoryNames(): Promise<(id: number) => string | undefined> {
    const names = new Map<number, string>();
    for (const service of servicesOfKind('category')) {
      for await (const { idnumber, moodle_id: id } of eachMapping(
        this.#instance.id,
        this.#ports.mappings,
        prefixes[service],
      ))
        if (id !== undefined) names.set(id, idnumber);
    }
    return (id) => names.get(id);
  }
}

/** How the names of the settings begin. */
const settingKinds = { category: 'category', course: 'course', group: 'group', account: 'user' } as const;

/**
 * The entities of mappings that say that Moodle holds what the record says. Of all others a push is on its way, or their
 * failure is told of already.
 */
export async function settledEntities(
  instance: Instance,
  rows: readonly Mapping[],
  { records, links, mappings, services }: Pick<DriftPorts, 'records' | 'links' | 'mappings' | 'services'>,
): Promise<{ entity: Entity; row: Mapping }[]> {
  const view = new RecordView(instance, records, links, mappings);
  const candidates = rows.filter(({ status, sync_hash }) => status === 'synced' && sync_hash !== undefined);
  for (const [service, own] of Map.groupBy(candidates, (row) => row.service))
    await services.byName(service).prepare?.(
      view,
      own.map(({ idnumber }) => idnumber),
    );
  const settled: { entity: Entity; row: Mapping }[] = [];
  for (const row of candidates) {
    const built = await services.byName(row.service).build(view, row.idnumber);
    if (built.kind !== 'entity' || payloadHash(built.entity.payload) !== row.sync_hash) continue;
    // What was pushed before hashes of fields were kept holds all the same.
    const field_hashes = row.field_hashes ?? fieldHashes(built.entity.payload);
    settled.push({ entity: built.entity, row: { ...row, field_hashes } });
  }
  return settled;
}
