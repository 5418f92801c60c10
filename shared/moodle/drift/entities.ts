import { comparableEmail } from '#shared/models/fields/email.ts';
import { cohortIdnumber } from '#shared/models/references.ts';
import { kindOfService, prefixes, type ServiceOfKind, servicesOfKind } from '#shared/models/services.ts';
import { isNumbered } from '#shared/moodle/accounts/account-names.ts';
import { KnownLanguages } from '#shared/moodle/accounts/sent-fields.ts';
import { getCohortMembers } from '#shared/moodle/functions/cohorts.ts';
import { getUsersCourses } from '#shared/moodle/functions/enrolments.ts';
import { type Instance, type OwnedField, ownerOf } from '#shared/moodle/instance/instance.ts';
import type { EntityKind } from '#shared/moodle/instance/ownership.ts';
import { Inventory } from '#shared/moodle/inventory/inventory.ts';
import { fieldsOf, type ObservedFields, whereUntold } from '#shared/moodle/inventory/observed.ts';
import {
  byUse,
  categoryHolds,
  courseHolds,
  type HoldsOf,
  idsByIdnumber,
  twinList,
} from '#shared/moodle/inventory/twins.ts';
import type { DriftValue } from '#shared/moodle/mappings/drift-note.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { eachMapping, rangeOf } from '#shared/moodle/mappings/read-mappings.ts';
import type { Entity } from '#shared/moodle/push/entity.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { topCategory } from '#shared/moodle/structure/categories.ts';
import { eachPage } from '#shared/sync/each-page.ts';
import { fieldHashes, payloadHash } from '#shared/sync/hash.ts';
import type { Difference } from './finding.ts';
import { type DriftPorts, type Look, passOver } from './repair.ts';

/** Mappings looked at in one go: Moodle 4.5 takes 13 ms for each account it answers. */
const pageSize = 200;

/** Services whose entities are looked at many in a call. */
type BulkService = ServiceOfKind<'category' | 'course' | 'cohort' | 'account'>;

/** An entity that Moodle is believed to hold as it is. */
interface Settled {
  entity: Entity;
  row: Mapping;
}

/** What Moodle holds of a service. */
interface Observed {
  /** What it has under an id, in the ERP's words; undefined where it has nothing. */
  fieldsOf(id: number): ObservedFields | undefined;
  twins: PossibleTwins;
}

/** What Moodle has with ID numbers of which it may have several. */
export interface PossibleTwins {
  /** Ids by the idnumber of the mapping. */
  ids: ReadonlyMap<string, readonly number[]>;
  /** Asked for only where there are several. */
  holdsOf: HoldsOf;
}

/** Compares categories, courses and accounts with Moodle, many in one call. */
export class EntityComparison {
  readonly #instance: Instance;
  readonly #ports: DriftPorts;
  /** Categories and courses: accounts are too many to be kept. */
  readonly #structure: Inventory;
  readonly #languages = new KnownLanguages();
  #twinsOfCourses: PossibleTwins | undefined;
  #names: ReadonlyMap<number, string> | undefined;

  constructor(instance: Instance, ports: DriftPorts) {
    this.#instance = instance;
    this.#ports = ports;
    this.#structure = new Inventory(ports.client);
  }

  /** @param after the idnumber to go on after */
  async *looks(service: BulkService, after: string | undefined): AsyncIterable<Look> {
    const range = { ...rangeOf(service), limit: pageSize };
    const { mappings } = this.#ports;
    for await (const page of eachPage((next = after) =>
      mappings.page(this.#instance.id, { ...range, after: next }),
    )) {
      const own = page.mappings.filter((row) => row.service === service && row.moodle_id !== undefined);
      const last = page.mappings.at(-1)?.idnumber;
      if (last !== undefined) yield { ...(await this.#look(service, own)), after: last };
    }
  }

  async #look(service: BulkService, rows: Mapping[]): Promise<Omit<Look, 'after'>> {
    const look: Omit<Look, 'after'> = { differences: [], rows: new Map() };
    const settled = await settledEntities(this.#instance, rows, this.#ports);
    if (settled.length === 0) return look;
    const observed = await this.#observe(service, settled);
    const kind = kindOfService[service];
    for (const { entity, row } of settled) {
      const fields = observed.fieldsOf(row.moodle_id!);
      // A language that Moodle does not have was never sent.
      const payload = await this.#languages.fitted(this.#ports.client, entity.payload);
      const differences = compareEntity(
        this.#instance,
        kind === 'account' ? 'user' : kind,
        { ...entity, payload },
        fields,
      );
      if (fields) differences.push(...(await this.#compareTwins(row, observed.twins)));
      look.differences.push(...differences);
      if (differences.length > 0 || row.drift) look.rows.set(row.idnumber, row);
    }
    return look;
  }

  #observe(service: BulkService, settled: readonly Settled[]): Promise<Observed> {
    const kind = kindOfService[service];
    if (kind === 'category') return this.#categories(service);
    if (kind === 'cohort') return this.#cohorts();
    return kind === 'course'
      ? this.#courses(settled.map(({ row }) => row.moodle_id!))
      : this.#accounts(settled);
  }

  async #categories(service: BulkService): Promise<Observed> {
    const inventory = this.#structure;
    await inventory.readCategories();
    const names = await this.#categoryNames();
    const top = topCategory(this.#instance, service);
    const parentOf = (id: number) => names.get(id) ?? (id === top ? '' : `category ${id}`);
    return {
      fieldsOf: (id) => {
        const category = inventory.categories.get(id);
        return category && { name: category.name, parent: parentOf(category.parent) };
      },
      twins: {
        ids: idsByIdnumber(inventory.categories.values()),
        holdsOf: (id) => categoryHolds(inventory, id),
      },
    };
  }

  async #cohorts(): Promise<Observed> {
    const { cohorts } = this.#structure;
    await this.#structure.readCohorts();
    const named = [...cohorts.values()].map(({ id, idnumber }) => ({
      id,
      idnumber: cohortIdnumber(idnumber),
    }));
    const holdsOf = async (id: number) => ({
      people: (await getCohortMembers(this.#ports.client, [id])).length,
    });
    return {
      fieldsOf: (id) => cohorts.get(id) && fieldsOf.cohort(cohorts.get(id)!),
      twins: { ids: idsByIdnumber(named), holdsOf },
    };
  }

  /** A call for each program's category tells whether a course is there twice; also in a twin of the category. */
  async #courses(ids: number[]): Promise<Observed> {
    const inventory = this.#structure;
    await inventory.coursesUnder((idnumber) => idnumber.startsWith(prefixes.programs));
    await inventory.readCourses(ids);
    const names = await this.#categoryNames();
    this.#twinsOfCourses ??= {
      ids: idsByIdnumber(inventory.courses.values()),
      holdsOf: (id) => courseHolds(this.#ports.client, id),
    };
    return {
      fieldsOf: (id) => {
        const course = inventory.courses.get(id);
        if (!course) return undefined;
        const category = names.get(course.categoryid) ?? `category ${course.categoryid}`;
        return { summary: '', ...fieldsOf.course(course, this.#instance.time_zone), category };
      },
      twins: this.#twinsOfCourses,
    };
  }

  async #accounts(settled: readonly Settled[]): Promise<Observed> {
    const { client } = this.#ports;
    const inventory = new Inventory(client);
    const numbers = new Map(
      settled.flatMap(({ entity: { idnumber, payload } }) =>
        payload.idnumber === undefined || !isNumbered(this.#instance)
          ? []
          : [[idnumber, String(payload.idnumber).toLowerCase()] as const],
      ),
    );
    await inventory.readAccounts('idnumber', numbers.values());
    await inventory.readAccounts(
      'id',
      settled.map(({ row }) => String(row.moodle_id)),
    );
    const having = Map.groupBy(inventory.accounts.values(), ({ idnumber }) => idnumber.toLowerCase());
    const idsOf = (number: string) => (having.get(number) ?? []).map(({ id }) => id);
    return {
      twins: {
        ids: new Map([...numbers].map(([idnumber, number]) => [idnumber, idsOf(number)])),
        holdsOf: async (id) => ({ courses: (await getUsersCourses(client, id)).length }),
      },
      fieldsOf: (id) => {
        const account = inventory.accounts.get(id);
        if (!account) return undefined;
        // The link's own are never written again: they prove nothing, and the mapping is what counts.
        const { idnumber } = account;
        return { ...fieldsOf.account(account), ...(isNumbered(this.#instance) && { idnumber }) };
      },
    };
  }

  async #compareTwins(row: Mapping, twins: PossibleTwins): Promise<Difference[]> {
    try {
      return await compareTwins(row, twins);
    } catch (error) {
      passOver(error, 'Twins not compared', row.idnumber, this.#instance, this.#ports);
      return [];
    }
  }

  /** The idnumbers of our categories by their ids. */
  async #categoryNames(): Promise<ReadonlyMap<number, string>> {
    if (this.#names) return this.#names;
    const names = new Map<number, string>();
    for (const service of servicesOfKind('category'))
      for await (const row of eachMapping(this.#instance.id, this.#ports.mappings, prefixes[service]))
        if (row.service === service && row.moodle_id !== undefined) names.set(row.moodle_id, row.idnumber);
    this.#names = names;
    return names;
  }
}

/**
 * The entities of mappings that say that Moodle holds what the record says. Of all others a push is on its way, or their
 * failure is told of already.
 */
export async function settledEntities(
  instance: Instance,
  rows: readonly Mapping[],
  { records, links, mappings, services, clock }: Omit<DriftPorts, 'client' | 'holdsOf' | 'queue' | 'log'>,
): Promise<Settled[]> {
  const view = new RecordView(instance, records, links, mappings, clock.now());
  const candidates = rows.filter(({ status, sync_hash }) => status === 'synced' && sync_hash !== undefined);
  for (const [service, own] of Map.groupBy(candidates, (row) => row.service))
    await services.byName(service).prepare?.(
      view,
      own.map(({ idnumber }) => idnumber),
    );
  const settled: Settled[] = [];
  for (const row of candidates) {
    const built = await services.byName(row.service).build(view, row.idnumber);
    if (built.kind !== 'entity' || payloadHash(built.entity.payload) !== row.sync_hash) continue;
    // What was pushed before hashes of fields were kept holds all the same.
    const field_hashes = row.field_hashes ?? fieldHashes(built.entity.payload);
    settled.push({ entity: built.entity, row: { ...row, field_hashes } });
  }
  return settled;
}

/**
 * What somebody has made of an entity that was pushed as it is, in the order of the names of its fields.
 *
 * @param observed undefined where Moodle does not have it any more
 */
export function compareEntity(
  instance: Instance,
  kind: EntityKind,
  { idnumber, payload, fields, active }: Entity,
  observed: ObservedFields | undefined,
): Difference[] {
  if (!observed) {
    // What is not in use any more leaves nothing to be missed.
    return active ? [{ idnumber, kind: 'missing', in_erp: 'there', in_moodle: null }] : [];
  }
  // What several records have one account for is told of once: by the one that owns its fields.
  if (payload.idnumber !== undefined && payload.idnumber !== (fields.idnumber ?? idnumber)) return [];
  const differences: Difference[] = [];
  for (const name of Object.keys(payload).sort()) {
    const about = `${kind}.${name}` as OwnedField;
    const in_moodle = observed[name] ?? whereUntold(name);
    const in_erp = payload[name] as DriftValue;
    if (in_moodle === undefined || ownerOf(instance, about) !== 'erp') continue;
    if (comparable(about, in_moodle) !== comparable(about, in_erp))
      differences.push({ idnumber, kind: 'changed', about, in_erp, in_moodle });
  }
  return differences;
}

/** Moodle trims what it stores; an address is the same in capitals. */
function comparable(about: OwnedField, value: DriftValue): DriftValue {
  if (typeof value !== 'string') return value;
  return about === 'user.email' ? comparableEmail(value) : value.normalize('NFC').trim();
}

/**
 * What Moodle has beside the one that the mapping leads to, although the ID number says that it is one. The one in the
 * mapping stays the counterpart, even where another holds more: the people of the records are in it.
 *
 * @throws the client's errors
 */
export async function compareTwins(
  { idnumber, moodle_id: used }: Pick<Mapping, 'idnumber' | 'moodle_id'>,
  { ids, holdsOf }: PossibleTwins,
): Promise<Difference[]> {
  const others = (ids.get(idnumber) ?? []).filter((id) => id !== used);
  if (used === undefined || others.length === 0) return [];
  const twins = await byUse([used, ...others], holdsOf);
  return [{ idnumber, kind: 'twins', in_erp: `linked to ${used}`, in_moodle: twinList(twins) }];
}
