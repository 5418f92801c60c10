import { type ServiceName, serviceModels, serviceNames } from '#shared/models/services.ts';
import type { AccountFields } from '#shared/moodle/accounts/account-fields.ts';
import { type Instance, takesService } from '#shared/moodle/instance/instance.ts';
import { findTwins, twinsConflict } from '#shared/moodle/inventory/twins.ts';
import { type Mapping, type MappingTable, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { desiredOf } from '#shared/moodle/push/desired.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { cutUnits } from '#shared/moodle/push/work-unit.ts';
import { DryRun, type DryRunPorts } from '#shared/operate/plan/dry-run.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import { counterparts, leftInMoodle } from './in-moodle.ts';
import {
  leadsSomewhere,
  type RebuiltRow,
  rebuiltRows,
  staleRows,
  type UnaskedPlace,
  type UnclearRecord,
} from './rebuilt-rows.ts';

/** What the mappings of one service would be rebuilt to. */
export interface RebuiltService {
  service: ServiceName;
  /** In Moodle as the records say, or left there by records that are gone. */
  synced: number;
  /** In Moodle, but not as the records say: the next sweep pushes the difference. */
  with_differences: number;
  /** Mappings that lead somewhere, and are left as they are. */
  already_there: number;
  /** Nothing in Moodle has the ID number: the next sweep makes it. */
  not_in_moodle: number;
}

export interface Rebuild {
  services: RebuiltService[];
  rows: RebuiltRow[];
  /** Who is enrolled in a course of ours though no record asks for it: by hand, or its record has ended meanwhile. */
  unasked: UnaskedPlace[];
  unclear: UnclearRecord[];
  /** What Moodle has more than once; the mapping leads to the one in use. */
  twins: UnclearRecord[];
}

/** Records looked at in one go. */
const pageSize = 500;

/** A table that has lost all its rows. */
const empty: MappingTable = {
  getMany: async () => new Map(),
  listByPrefix: async () => [],
  page: async () => ({ mappings: [], after: undefined }),
  listAttention: async () => [],
};

/**
 * Works out the mappings of an instance anew, from the ID numbers in its Moodle: a dry run pushes every record that has
 * no mapping, whatever it holds, and what the push finds is what the mapping says. Where the push would change
 * nothing, Moodle holds what the record says.
 *
 * @param options.force also those of records whose mappings lead somewhere
 * @throws MoodleAwayError
 */
export async function rebuildMappings(
  instance: Instance,
  ports: DryRunPorts,
  { force }: { force: boolean },
): Promise<Rebuild> {
  const rebuilding = new Rebuilding(instance, { ...ports, ...(force && { mappings: empty }) });
  await rebuilding.run();
  const { dryRun, there } = rebuilding;
  const { rows, missing, unasked, unclear } = await rebuiltRows(dryRun, there);
  // What two sides claim is nobody's to decide.
  const known = new Set([...rows.map(({ mapping }) => mapping), ...unclear].map(({ idnumber }) => idnumber));
  const ids = new Map(rows.map(({ mapping }) => [mapping.idnumber, mapping.moodle_id]));
  const twins = (await findTwins(ports.moodle, { inventory: dryRun.moodle.held })).map((each) => ({
    idnumber: each.idnumber,
    ...twinsConflict(each, ids.get(each.idnumber)),
  }));
  const isTwin = new Set(twins.map(({ idnumber }) => idnumber));
  const count = (service: ServiceName, isSynced: boolean) =>
    rows.filter(({ mapping, is_synced }) => mapping.service === service && is_synced === isSynced).length;
  return {
    services: serviceNames.map((service) => ({
      service,
      synced: count(service, true),
      with_differences: count(service, false),
      already_there: [...there.values()].filter((name) => name === service).length,
      not_in_moodle: missing.filter((name) => name === service).length,
    })),
    rows: force ? [...rows, ...(await staleRows(instance.id, ports.mappings, known))] : rows,
    unasked,
    unclear: unclear.filter(({ idnumber }) => !isTwin.has(idnumber)),
    twins: twins.map(({ idnumber, code, reason, advice }) => ({ idnumber, code, reason, advice })),
  };
}

class Rebuilding {
  readonly dryRun: DryRun;
  /** The services of mappings that lead somewhere already, by idnumber. */
  readonly there = new Map<string, ServiceName>();
  readonly #instance: Instance;
  readonly #ports: DryRunPorts;

  constructor(instance: Instance, ports: DryRunPorts) {
    this.#instance = instance;
    this.#ports = ports;
    this.dryRun = new DryRun(instance, ports);
  }

  async run(): Promise<void> {
    await this.dryRun.askMoodle();
    // No function of Moodle tells who has a role over whom: the next sweep gives it once more.
    const own = serviceNames.filter((name) => name !== 'children' && takesService(this.#instance, name));
    for (const name of own) await this.#rebuild(name);
  }

  /** Maps what Moodle has of a service under the ID numbers of records, and pushes what is not mapped. */
  async #rebuild(name: ServiceName): Promise<void> {
    const model = serviceModels[name];
    const { items } = await this.#ports.records.page(model, {});
    const recorded = items.map(({ id }) => id);
    const left = await leftInMoodle(this.dryRun, name, recorded);
    await this.#mapLeft(name, left);
    const ids = [...new Set([...recorded, ...left.values()])];
    for (const part of inParts(ids, pageSize)) await this.#push(name, part);
  }

  /** Pushes the records of which an entity has no mapping that led somewhere before. */
  async #push(name: ServiceName, ids: string[]): Promise<void> {
    const { records, services, now } = this.#ports;
    const view = new RecordView(this.#instance, records, records, this.dryRun.mappings, now);
    const desired = await desiredOf(services.byName(name), view, ids);
    const lost = new Set<string>();
    for (const { id, idnumber, built, mapping } of desired) {
      const isWritten = this.dryRun.mappings.writtenRow(idnumber) !== undefined;
      if (mapping && !isWritten && leadsSomewhere(mapping)) this.there.set(idnumber, name);
      else if (isWritten || built.kind !== 'nothing') lost.add(id);
    }
    const ofLost = desired.filter(({ id }) => lost.has(id));
    const given = ofLost.flatMap(({ idnumber, built }) => {
      const number = built.kind === 'entity' && (built.entity.fields as Partial<AccountFields>).idnumber;
      return number ? [[idnumber, number] as const] : [];
    });
    await this.#map(name, new Map(ofLost.map(({ id, idnumber }) => [idnumber, id])), new Map(given));
    const units = cutUnits(this.#instance.id, name, [...lost]);
    await this.dryRun.pushUnits(units.map((unit) => ({ ...unit, force: true })));
  }

  /**
   * Maps what Moodle has under these ID numbers. A push looks for nothing that is not in use any more, nor for what
   * cannot be pushed as it is (an invalid address, say), and does not believe an account's ID number alone; but others
   * hang on them, and here a person looks at what comes of it.
   *
   * @param sources the ids of the records by idnumber
   * @param given the ID numbers of accounts that the instance gives, by idnumber
   */
  async #map(
    name: ServiceName,
    sources: ReadonlyMap<string, string>,
    given: ReadonlyMap<string, string> = new Map(),
  ): Promise<void> {
    const { mappings } = this.dryRun;
    const rows = await mappings.getMany(this.#instance.id, [...sources.keys()]);
    const unmapped = [...sources.keys()].filter((idnumber) => {
      const row = rows.get(idnumber);
      // Of what two sides claim nobody knows whose it is.
      return !(row && leadsSomewhere(row)) && row?.failure?.class !== 'conflict';
    });
    for (const [idnumber, moodle_id] of await counterparts(this.dryRun, name, unmapped, given))
      await mappings.save({ ...(rows.get(idnumber) ?? this.#unmapped(name, idnumber, sources)), moodle_id });
  }

  /** What is in Moodle and no record names any more is found by a mapping only. */
  async #mapLeft(name: ServiceName, left: ReadonlyMap<string, string>): Promise<void> {
    const { mappings } = this.dryRun;
    await this.#map(name, left);
    const rows = await mappings.getMany(this.#instance.id, [...left.keys()]);
    for (const idnumber of left.keys())
      if (!rows.has(idnumber)) await mappings.save(this.#unmapped(name, idnumber, left));
  }

  #unmapped(name: ServiceName, idnumber: string, sources: ReadonlyMap<string, string>): Mapping {
    const source = { model: serviceModels[name], id: sources.get(idnumber)! };
    return newMapping(this.#instance.id, idnumber, name, source);
  }
}
