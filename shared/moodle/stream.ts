import {
  foldChanges,
  isEcho,
  isEnding,
  type RecordChange,
  referredTo,
} from '#shared/models/changes/record-change.ts';
import { type Plan, planPushes } from '#shared/models/changes/ripple.ts';
import { linksOf, recordTarget } from '#shared/models/links.ts';
import type { Link, LinkReader, RecordReader } from '#shared/models/records.ts';
import { facultyIdnumber, parentIdnumber, studentIdnumber } from '#shared/models/references.ts';
import { type ServiceName, serviceNames } from '#shared/models/services.ts';
import { ripplesOfTemplates } from '#shared/moodle/conventions/templates.ts';
import { type Instance, takesRipple, takesService } from '#shared/moodle/instance/instance.ts';
import type { MappingReader } from '#shared/moodle/mappings/mapping.ts';
import type { PushQueue } from '#shared/moodle/push/work-unit.ts';
import { cutUnits, type WorkUnit } from '#shared/moodle/push/work-unit.ts';
import type { Brake } from '#shared/sync/limits/brake.ts';
import type { Log } from '#shared/sync/ports.ts';

/** What turning changes into work units needs. */
export interface StreamPorts {
  records: RecordReader;
  links: LinkReader & { write(added: Link[], removed: Link[]): Promise<void> };
  mappings: Pick<MappingReader, 'getMany'>;
  brake: Brake;
  queue: PushQueue;
  log: Log;
}

/**
 * Turns changes of records into work units for each instance: keeps the links, leaves out what a pull wrote, plans
 * the records and what hangs on them, warns the brake, and queues parents before children. Doing it twice with the
 * same changes does no harm.
 */
export async function followStream(
  changes: RecordChange[],
  instances: Instance[],
  ports: StreamPorts,
): Promise<WorkUnit[]> {
  await keepLinks(changes, ports.links);
  const exported = foldChanges(changes.filter((change) => !isEcho(change)));
  const plan = await planPushes(exported, ports, {
    isWanted: (ripple) => instances.some((instance) => takesRipple(instance, ripple)),
    further: ripplesOfTemplates(instances),
  });
  const units: WorkUnit[] = [];
  for (const instance of instances) {
    await warnBrake(exported, instance, ports);
    units.push(...unitsOf(plan, instance));
  }
  // In order of service, so that the structure of all instances is there before the people come.
  units.sort((a, b) => serviceNames.indexOf(a.service) - serviceNames.indexOf(b.service));
  await ports.queue.send(units);
  ports.log.info('Changes queued', {
    changes: changes.length,
    exported: exported.length,
    units: units.length,
  });
  return units;
}

/** Links of a record's new state are added before those that it had and has no more are removed. */
async function keepLinks(changes: RecordChange[], links: StreamPorts['links']): Promise<void> {
  const added = new Map<string, Link>();
  const removed = new Map<string, Link>();
  for (const { model, id, before, after } of changes) {
    const source = recordTarget(model, id);
    const now = new Set(linksOf(model, after));
    const old = new Set(linksOf(model, before));
    for (const target of old) {
      if (now.has(target)) continue;
      removed.set(`${target}<${source}`, { target, source });
      added.delete(`${target}<${source}`);
    }
    for (const target of now) {
      if (old.has(target)) continue;
      added.set(`${target}<${source}`, { target, source });
      removed.delete(`${target}<${source}`);
    }
  }
  await links.write([...added.values()], [...removed.values()]);
}

function unitsOf(plan: Plan, instance: Instance): WorkUnit[] {
  return serviceNames
    .filter((service) => takesService(instance, service))
    .flatMap((service) => cutUnits(instance.id, service, plan.get(service) ?? []));
}

/**
 * Tells the brake how many accounts and enrolments these changes are about to end, so that an ERP that deletes half
 * its students by mistake is stopped before the first one is suspended, and not after the first units.
 */
async function warnBrake(changes: RecordChange[], instance: Instance, ports: StreamPorts): Promise<void> {
  const ending = changes.filter(isEnding);
  const ends: [ServiceName, string[]][] = [
    ['students', idsOf(ending, 'op.student').map(studentIdnumber)],
    ['faculty', idsOf(ending, 'op.faculty').map(facultyIdnumber)],
    ['parents', idsOf(ending, 'op.parent').map(parentIdnumber)],
    [
      'enrolments',
      [
        ...idsOf(ending, 'op.student'),
        ...ending
          .filter(({ model }) => model === 'op.student.course')
          .flatMap((end) => referredTo(end, 'op.student')),
      ].map((id) => `${studentIdnumber(id)}@enrolments`),
    ],
  ];
  for (const [service, idnumbers] of ends) {
    // Too few to matter for any instance: no need to look.
    if (idnumbers.length <= instance.brake.minimum) continue;
    const mappings = await ports.mappings.getMany(instance.id, [...new Set(idnumbers)]);
    const held = [...mappings.values()].filter(({ active }) => active).length;
    if (held > 0) await ports.brake.announce(instance, service, held);
  }
}

function idsOf(changes: RecordChange[], model: RecordChange['model']): string[] {
  return changes.flatMap((change) => (change.model === model ? [change.id] : []));
}
