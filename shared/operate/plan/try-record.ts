import { kindOfService, type ServiceName, servicesOver } from '#shared/models/services.ts';
import { type Instance, takesService } from '#shared/moodle/instance/instance.ts';
import { Inventory } from '#shared/moodle/inventory/inventory.ts';
import { fieldsOf, type ObservedFields } from '#shared/moodle/inventory/observed.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { cutUnits } from '#shared/moodle/push/work-unit.ts';
import { batchGroupOf } from '#shared/moodle/structure/batch-group.ts';
import { DryRun, type DryRunPorts } from './dry-run.ts';
import { isMadeUp } from './dry-run-moodle.ts';
import { type InstancePlan, planOf } from './instance-plan.ts';
import type { PlannedChange } from './planned-changes.ts';

/** What a record is in one Moodle, and what a push of it would make of that. */
export interface TriedRecord extends Pick<InstancePlan, 'failures' | 'passwords_by_mail'> {
  /** Its accounts, courses, groups and categories by idnumber, as Moodle holds them. */
  now: Record<string, ObservedFields>;
  /** The same after the push. */
  pushed: Record<string, ObservedFields>;
  changes: PlannedChange[];
}

/** Pushes one record to a copy of its Moodle. Empty where no service is over its model. @throws MoodleAwayError */
export async function tryRecord(
  instance: Instance,
  { model, id }: RecordKey,
  ports: DryRunPorts,
): Promise<TriedRecord> {
  const run = new DryRun(instance, ports);
  await run.askMoodle();
  const services = servicesOver(model).filter((name) => takesService(instance, name));
  await run.pushUnits(services.flatMap((name) => cutUnits(instance.id, name, [id])));
  const { failures, changes, passwords_by_mail } = await planOf(run, services);
  const own = new Map<string, ServiceName>();
  for (const name of services) {
    const { records, links } = ports.near ?? { records: ports.records, links: ports.records };
    const view = new RecordView(instance, records, links, run.mappings, ports.now);
    const targets = await ports.services.byName(name).targets(view, [id]);
    for (const idnumber of [...targets.values()].flat()) own.set(idnumber, name);
  }
  return {
    now: await fieldsIn(run, own, run.moodle.held),
    pushed: await fieldsIn(run, own, new Inventory(run.moodle)),
    changes,
    failures: failures.filter((failure) => failure.record_id === id && failure.model === model),
    passwords_by_mail,
  };
}

const kinds: Partial<Record<ServiceName, string>> = kindOfService;

async function fieldsIn(
  run: DryRun,
  own: ReadonlyMap<string, ServiceName>,
  held: Inventory,
): Promise<Record<string, ObservedFields>> {
  const found: Record<string, ObservedFields> = {};
  const rows = await run.mappings.getMany(run.instance.id, [...own.keys()]);
  for (const [idnumber, { moodle_id: id, service }] of rows) {
    // What the dry run has made up is only in the copy.
    if (id === undefined || (isMadeUp(id) && held === run.moodle.held)) continue;
    const fields =
      kinds[service] === 'group'
        ? await fieldsOfGroup(run, held, idnumber, id)
        : await fieldsById(held, kinds[service], id, run.instance.time_zone);
    if (fields) found[idnumber] = fields;
  }
  return found;
}

async function fieldsOfGroup(
  run: DryRun,
  held: Inventory,
  idnumber: string,
  id: number,
): Promise<ObservedFields | undefined> {
  const { course = '' } = batchGroupOf(idnumber);
  const courseId = (await run.mappings.getMany(run.instance.id, [course])).get(course)?.moodle_id;
  if (courseId !== undefined && !(isMadeUp(courseId) && held === run.moodle.held))
    await held.readGroups([courseId]);
  const group = held.groups.get(id);
  return group && { name: group.name };
}

async function fieldsById(
  held: Inventory,
  kind: string | undefined,
  id: number,
  zone: string,
): Promise<ObservedFields | undefined> {
  if (kind === 'account') {
    await held.readAccounts('id', [String(id)]);
    const account = held.accounts.get(id);
    return account && { idnumber: account.idnumber, ...fieldsOf.account(account) };
  }
  if (kind === 'course') {
    await held.readCourses([id]);
    const course = held.courses.get(id);
    return course && fieldsOf.course(course, zone);
  }
  if (kind !== 'category') return undefined;
  await held.readCategories();
  const category = held.categories.get(id);
  return category && fieldsOf.category(category);
}
