import { recordTarget } from '#shared/models/links.ts';
import type { Ripple } from '#shared/models/model.ts';
import { modelOf, type PushedModel } from '#shared/models/models.ts';
import type { LinkReader, RecordReader } from '#shared/models/records.ts';
import { parseIdnumber } from '#shared/models/references.ts';
import { isCohortService, type ServiceName, serviceModels } from '#shared/models/services.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { changesOf, type RecordChange, referredTo } from './record-change.ts';

/** Ids of records to push, by service. */
export type Plan = Map<ServiceName, Set<string>>;

interface Readers {
  records: RecordReader;
  links: LinkReader;
}

type MovedEntity = Pick<Mapping, 'service' | 'idnumber' | 'record_id'>;

/** Ripples by the model whose change they follow. */
type Further = ReadonlyMap<PushedModel, readonly Ripple[]>;

/** What hangs on the cohort of a program or batch. */
const inCohorts: readonly Ripple[] = [{ push: 'enrolments', way: '<op.student.course >op.student' }];

/** Where ways begin: at a record, and for what was moved at its entity. */
type Start = { model: PushedModel; id: string; idnumber?: string };

/** Whether a ripple brings any Moodle anything: the ways of others are not gone. */
type IsWanted = (ripple: Ripple) => boolean;

/**
 * What has to be pushed after changes of records: the records themselves, and what hangs on them as their models say.
 *
 * @param options.further what hangs on them besides, by model
 */
export async function planPushes(
  changes: RecordChange[],
  readers: Readers,
  { isWanted = () => true, further }: { isWanted?: IsWanted; further?: Further } = {},
): Promise<Plan> {
  const ways = new Ways(readers, changes);
  const plan: Plan = new Map();
  for (const change of changes) {
    const hasChanged = changesOf(change);
    const all = [...modelOf(change.model).ripples, ...(further?.get(change.model) ?? [])];
    const due = all.filter((ripple) => isWanted(ripple) && (!ripple.when || hasChanged(ripple.when)));
    await follow(due, change, ways, plan);
  }
  return plan;
}

/**
 * What has to be pushed because entities have another id in Moodle than before: what is in them, or refers to them.
 * Whether anything of it was lost its own mapping tells.
 */
export async function planMoved(
  entities: readonly MovedEntity[],
  readers: Readers,
  isWanted: IsWanted = () => true,
): Promise<Plan> {
  const ways = new Ways(readers, []);
  const plan: Plan = new Map();
  for (const { service, idnumber, record_id: id } of entities) {
    const model = serviceModels[service];
    const { moved = [], service: own } = modelOf(model);
    const due = (isCohortService(service) ? inCohorts : moved).filter(isWanted);
    if (own === service || isCohortService(service)) await follow(due, { model, id, idnumber }, ways, plan);
  }
  return plan;
}

async function follow(ripples: readonly Ripple[], start: Start, ways: Ways, plan: Plan): Promise<void> {
  for (const { push, way } of ripples) {
    const known = plan.get(push) ?? new Set();
    for (const found of way === undefined ? [start.id] : await ways.follow(start, way)) known.add(found);
    plan.set(push, known);
  }
}

/** Follows the ways of ripples; what several of them pass by is read once. */
class Ways {
  readonly #readers: Readers;
  readonly #sources = new Map<string, string[]>();
  /** What records refer to; those that have changed before and after. */
  readonly #referring = new Map<string, RecordChange | undefined>();

  constructor(readers: Readers, changes: readonly RecordChange[]) {
    this.#readers = readers;
    for (const change of changes) this.#referring.set(recordTarget(change.model, change.id), change);
  }

  /** The ids at the end of a way (shared/models/model.ts says what its steps are). */
  async follow({ model, id, idnumber }: Start, way: string): Promise<Iterable<string>> {
    let [at, ids]: [string, Set<string>] = [model, new Set([id])];
    for (const step of way.split(' ')) {
      const target = step.replace(/^[<>@]|\*$/g, '');
      if (step.startsWith('@')) ids = programOf(idnumber);
      else if (step.startsWith('>')) ids = await this.#referredFrom(at as PushedModel, ids, target);
      else if (step.endsWith('*')) ids = await this.#allBelow(at, ids, target as PushedModel);
      else ids = await this.#referringTo(at, ids, target as PushedModel);
      at = target;
    }
    return ids;
  }

  /** Those that refer to these, to those and so on, and these themselves. */
  async #allBelow(at: string, ids: Set<string>, target: PushedModel): Promise<Set<string>> {
    const all = new Set(ids);
    for (const id of all) for (const below of await this.#referringTo(at, [id], target)) all.add(below);
    return all;
  }

  async #referringTo(at: string, ids: Iterable<string>, target: PushedModel): Promise<Set<string>> {
    const found = new Set<string>();
    for (const id of ids) {
      const name = recordTarget(at, id);
      const key = `${name}<${target}`;
      const sources = this.#sources.get(key) ?? (await this.#readers.links.sources(name, target));
      this.#sources.set(key, sources);
      for (const source of sources) found.add(source);
    }
    return found;
  }

  async #referredFrom(model: PushedModel, ids: Set<string>, target: string): Promise<Set<string>> {
    const unread = [...ids].filter((id) => !this.#referring.has(recordTarget(model, id)));
    const items = unread.length > 0 ? await this.#readers.records.getMany(model, unread) : new Map();
    for (const id of unread) {
      const item = items.get(id);
      this.#referring.set(recordTarget(model, id), item && { model, id, after: item });
    }
    const records = [...ids].map((id) => this.#referring.get(recordTarget(model, id)));
    return new Set(records.flatMap((record) => (record ? referredTo(record, target) : [])));
  }
}

/** The program that is named in the idnumber of a course; none in any other. */
function programOf(idnumber: string | undefined): Set<string> {
  const parts = idnumber === undefined ? undefined : parseIdnumber(idnumber);
  return new Set(parts?.model === 'op.subject' ? [parts.programId] : []);
}
