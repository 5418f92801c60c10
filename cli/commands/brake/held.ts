import { planPulls } from '#cli/commands/sync/plan-pulls.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { BrakedService } from '#shared/moodle/brakes.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { mappedCourses } from '#shared/moodle/pulls/mapped-courses.ts';
import type { MarksNote } from '#shared/moodle/pulls/pull-courses.ts';
import { releaseHeld } from '#shared/moodle/push/work-unit.ts';
import { discardImports, listTroubled, retryImports } from '#shared/odoo/import/attention.ts';
import { brakeCode } from '#shared/odoo/import/failures.ts';
import { importKey } from '#shared/odoo/import/mapping.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { erpQueue } from '#shared/store/erp/erp-queue.ts';
import { pushQueue } from '#shared/store/queues/work-queues.ts';

const byName = new Intl.Collator('en', { numeric: true });

/** What a brake holds. */
export interface Held {
  count: number;
  /** In an operator's words: ID numbers, courses with how many of their marks, records of the import. */
  names: string[];
  /** The same for the operators' log: idnumbers, of the import keys. */
  records: string[];
  /** Lets it go on at once. @returns how much was queued */
  goOn(): Promise<number>;
  /** Leaves it as it is for good; what is held of a push cannot be kept. */
  keep?(): Promise<void>;
}

/** What the brake of a service holds. */
export type HeldReader = (service: BrakedService) => Promise<Held>;

/** What the brakes of an instance hold; it is read once, what is held of pushes for all services together. */
export function heldIn(deployment: Deployment, instance: Instance): HeldReader {
  let rows: Promise<Mapping[]> | undefined;
  const read: HeldReader = (service) => {
    if (service === 'marks') return heldMarks(deployment, instance);
    if (service === 'imported-marks') return heldImports(deployment, instance.id);
    rows ??= deployment.mappings.listAttention(instance.id, 'held');
    return heldEntities(deployment, instance.id, service, rows);
  };
  const known = new Map<BrakedService, Promise<Held>>();
  return (service) => {
    const held = known.get(service) ?? read(service);
    known.set(service, held);
    return held;
  };
}

async function heldEntities(
  { mappings, open }: Deployment,
  instance: string,
  service: ServiceName,
  rows: Promise<Mapping[]>,
): Promise<Held> {
  const held = (await rows).filter((row) => row.service === service);
  const names = held.map(({ idnumber }) => idnumber).toSorted(byName.compare);
  const queue = open(pushQueue);
  return {
    count: held.length,
    names,
    records: names,
    goOn: () => releaseHeld(instance, service, { mappings, queue }),
  };
}

/** The pulls that take marks back. */
const pullsOfMarks = ['gradebook', 'attendance'] as const;

/** Marks that Moodle has no more: the pull asks for their courses again, and does as the operator has said. */
async function heldMarks(deployment: Deployment, instance: Instance): Promise<Held> {
  const courses = { gradebook: new Set<string>(), attendance: new Set<string>() };
  const names: string[] = [];
  let count = 0;
  for (const pull of pullsOfMarks) {
    for await (const { idnumber, state } of mappedCourses(instance.id, deployment.mappings, pull)) {
      const { held = 0, marks = 0 }: MarksNote = state ?? {};
      if (held === 0) continue;
      courses[pull].add(idnumber);
      count += held;
      names.push(`${held} of ${marks} in ${idnumber}${pull === 'attendance' ? ' (attendance)' : ''}`);
    }
  }
  const goOn = async () => {
    for (const pull of pullsOfMarks.filter((name) => courses[name].size > 0))
      await planPulls(deployment, [instance], [pull], ({ idnumber }) => courses[pull].has(idnumber));
    return count;
  };
  const records = pullsOfMarks.flatMap((pull) => [...courses[pull]]);
  return { count, names, records, goOn, keep: async () => void (await goOn()) };
}

async function heldImports({ erp, open, now }: Deployment, instance: string): Promise<Held> {
  if (!erp) return { count: 0, names: [], records: [], goOn: async () => 0 };
  const mappings = open(erpMappingsStore);
  const queue = open(erpQueue);
  const held = (await listTroubled(mappings, { status: 'conflict' })).filter(
    (row) => row.instance === instance && row.failure?.code === brakeCode,
  );
  return {
    count: held.length,
    names: held.map(importKey),
    records: held.map(importKey),
    goOn: async () => {
      await retryImports(held, { mappings, queue, now });
      return held.length;
    },
    keep: async () => {
      await discardImports(held, mappings);
    },
  };
}
