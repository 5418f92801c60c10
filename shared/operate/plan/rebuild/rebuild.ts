import type { PushedModel } from '#shared/models/models.ts';
import {
  kindOfService,
  type ServiceName,
  type ServiceOfKind,
  serviceModels,
  serviceNames,
  servicesOfKind,
} from '#shared/models/services.ts';
import { type Instance, takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';
import { newMapping } from '#shared/moodle/mappings/mapping.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { cutUnits } from '#shared/moodle/push/work-unit.ts';
import { findTwins } from '#shared/moodle/twins/find-twins.ts';
import { twinsConflict } from '#shared/moodle/twins/twins.ts';
import { DryRun, type DryRunPorts } from '#shared/operate/plan/dry-run.ts';
import type { ReadMappings } from '#shared/operate/plan/dry-run-mappings.ts';
import { counterparts } from './counterparts.ts';
import { lostCategories, lostCourses, lostGroups, lostPeople, lostPlaces } from './lost-records.ts';
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
const empty: ReadMappings = {
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
    const { dryRun } = this;
    await dryRun.askMoodle();
    for (const name of servicesOfKind('category')) {
      await this.#keepCategories(name);
      await this.#pushAll(name);
    }
    await this.#pushAll('subjects');
    await this.#pushLost('subjects', await lostCourses(dryRun));
    await this.#pushHidden();
    await this.#pushAll('batches');
    await this.#pushLost('batches', await lostGroups(dryRun));
    for (const name of ['students', 'faculty'] as const) {
      const ids = await this.#idsOf(serviceModels[name]);
      await this.#push(name, ids);
      await this.#push(name, await lostPeople(dryRun, name, ids));
    }
    const places = await lostPlaces(dryRun);
    for (const name of ['enrolments', 'teaching'] as const) {
      await this.#pushAll(name);
      await this.#pushLost(name, places[name]);
    }
    if (takesAttendanceFromErp(this.#instance)) await this.#pushAll('attendance');
  }

  async #pushAll(name: ServiceName): Promise<void> {
    await this.#push(name, await this.#idsOf(serviceModels[name]));
  }

  /** The categories of records that are gone stay as they are, and others may lie in them. */
  async #keepCategories(name: ServiceOfKind<'category'>): Promise<void> {
    const recorded = new Set(await this.#idsOf(serviceModels[name]));
    const categories = await lostCategories(this.dryRun, name);
    const nobodys = [...categories].filter(([, id]) => !recorded.has(id));
    await this.#pushFound(name, new Map(nobodys.map(([idnumber, id]) => [id, [idnumber]])));
  }

  /** What is in Moodle and no record names any more is found by a mapping only. */
  async #pushLost(name: ServiceName, lost: ReadonlyMap<string, string>): Promise<void> {
    const { mappings } = this.dryRun;
    const rows = await mappings.getMany(this.#instance.id, [...lost.keys()]);
    for (const [idnumber, id] of lost) {
      const source = { model: serviceModels[name], id };
      if (!rows.has(idnumber)) await mappings.save(newMapping(this.#instance.id, idnumber, name, source));
    }
    await this.#push(name, [...new Set(lost.values())]);
  }

  /** What a hidden course should be called matters only once it is known to be there. */
  async #pushHidden(): Promise<void> {
    const hidden = this.dryRun.mappings
      .written()
      .filter(({ service, moodle_id: id, active }) => service === 'subjects' && id !== undefined && !active);
    await this.#force(
      'subjects',
      hidden.map(({ record_id: id }) => id),
    );
  }

  /** Pushes the records of which an entity has no mapping that leads somewhere. */
  async #push(name: ServiceName, ids: string[]): Promise<void> {
    const { records, services } = this.#ports;
    const service = services.byName(name);
    for (let start = 0; start < ids.length; start += pageSize) {
      const view = new RecordView(this.#instance, records, records, this.dryRun.mappings);
      const targets = await service.targets(view, ids.slice(start, start + pageSize));
      await service.prepare?.(view, [...targets.values()].flat());
      const lost: [string, string[]][] = [];
      for (const [id, idnumbers] of targets)
        if (await this.#isAnyLost(service, view, idnumbers)) lost.push([id, idnumbers]);
      // A push does not believe an account's ID number alone; here a person looks at what comes of it.
      if (kindOfService[name as keyof typeof kindOfService] === 'account')
        await this.#pushFound(name, new Map(lost));
      await this.#force(
        name,
        lost.map(([id]) => id),
      );
      await this.#pushFound(name, new Map(lost));
    }
  }

  /**
   * A push looks for nothing that is not in use any more, nor for what cannot be pushed as it is (an invalid address,
   * say). What Moodle has of them counts all the same: others hang on it.
   */
  async #pushFound(name: ServiceName, targets: ReadonlyMap<string, string[]>): Promise<void> {
    const { mappings } = this.dryRun;
    const rows = await mappings.getMany(this.#instance.id, [...targets.values()].flat());
    const isUnfound = (idnumber: string) => {
      const row = rows.get(idnumber);
      // Of what two sides claim nobody knows whose it is.
      return row?.moodle_id === undefined && row?.failure?.class !== 'conflict';
    };
    const unfound = [...targets.values()].flat().filter(isUnfound);
    const found =
      unfound.length > 0 ? await counterparts(this.dryRun, name, unfound) : new Map<string, number>();
    const again: string[] = [];
    for (const [id, idnumbers] of targets) {
      for (const idnumber of idnumbers) {
        const moodle_id = found.get(idnumber);
        if (moodle_id === undefined) continue;
        const source = { model: serviceModels[name], id };
        const row = rows.get(idnumber) ?? newMapping(this.#instance.id, idnumber, name, source);
        await mappings.save({ ...row, moodle_id });
        again.push(id);
      }
    }
    await this.#force(name, again);
  }

  #force(name: ServiceName, ids: string[]): Promise<void> {
    const units = cutUnits(this.#instance.id, name, ids);
    return this.dryRun.pushUnits(units.map((unit) => ({ ...unit, force: true })));
  }

  /** Whether one of the entities has no mapping that leads somewhere; notes those that have. */
  async #isAnyLost(service: PushService, view: RecordView, idnumbers: string[]): Promise<boolean> {
    const rows = await view.mappings(idnumbers);
    let isAnyLost = false;
    for (const idnumber of idnumbers) {
      const row = rows.get(idnumber);
      if (row && leadsSomewhere(row)) {
        if (!this.dryRun.mappings.writtenRow(idnumber)) this.there.set(idnumber, service.name);
      } else isAnyLost ||= (await service.build(view, idnumber)).kind !== 'nothing';
    }
    return isAnyLost;
  }

  async #idsOf(model: PushedModel): Promise<string[]> {
    const { items } = await this.#ports.records.page(model, {});
    return items.map(({ id }) => id);
  }
}
