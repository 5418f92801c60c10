import type { Deployment } from '#cli/connection/deployment.ts';
import { withProgress } from '#cli/output/progress.ts';
import { MoodleCopy } from '#local/moodle/copy/moodle-copy.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { notedMappings } from '#shared/moodle/drift/repair.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { services } from '#shared/moodle/services.ts';
import { KeptRecords } from '#shared/moodle/sweep/sweep-records.ts';
import type { DryRunPorts } from '#shared/operate/plan/dry-run.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { type InstanceProblem, problemOf } from './instances.ts';

/** An instance of which nothing could be found out, and why. */
export interface UnknownInstance {
  instance: string;
  status: 'unknown';
  problem: InstanceProblem;
}

/**
 * Works on instances one after another. One whose Moodle does not answer does not keep the others from it.
 *
 * @throws what `look` throws of something else than the instance and its Moodle
 */
export async function lookAtEach<Found>(
  instances: readonly Instance[],
  look: (instance: Instance) => Promise<Found>,
): Promise<(Found | UnknownInstance)[]> {
  const entries: (Found | UnknownInstance)[] = [];
  for (const instance of instances) {
    try {
      entries.push(await look(instance));
    } catch (error) {
      entries.push({ instance: instance.id, status: 'unknown', problem: problemOf(error) });
    }
  }
  return entries;
}

/** Makes a dry run of each instance, shown as one piece of work: the records that are read, and those worked off. */
export function dryRunEach<Found>(
  deployment: Deployment,
  instances: readonly Instance[],
  run: (instance: Instance, ports: DryRunPorts) => Promise<Found>,
): Promise<(Found | UnknownInstance)[]> {
  return withProgress('records', (progress) => {
    let read = 0;
    let finished = 0;
    const show = (left: number) => progress.update(read + finished, read + finished + left);
    const records = new KeptRecords(deployment.records, (_model, items) => {
      read += items.length;
      show(0);
    });
    return lookAtEach(instances, async (instance) => {
      const before = finished;
      const onProgress = (done: number, total: number) => {
        finished = before + done;
        show(total - done);
      };
      return run(instance, { ...(await portsOf(deployment, instance, records)), onProgress });
    });
  });
}

/** Makes dry runs of one record: what they need is read where it lies, and not whole tables. */
export function dryRunOfRecord<Found>(
  deployment: Deployment,
  instances: readonly Instance[],
  run: (instance: Instance, ports: DryRunPorts) => Promise<Found>,
): Promise<(Found | UnknownInstance)[]> {
  const { records, open } = deployment;
  const near = { records, links: open(linksStore) };
  return lookAtEach(instances, async (instance) =>
    run(instance, { ...(await portsOf(deployment, instance, new KeptRecords(records))), near }),
  );
}

async function portsOf(
  deployment: Deployment,
  instance: Instance,
  records: DryRunPorts['records'],
): Promise<DryRunPorts> {
  const token = await deployment.tokens.get(instance);
  return {
    moodle: new MoodleClient({ baseUrl: instance.base_url, token }),
    standIn: (site) => new MoodleCopy(site),
    records,
    mappings: notedMappings(deployment.mappings),
    brakes: deployment.instances,
    services,
    now: deployment.now(),
  };
}

/** Says that nothing could be found out of an instance. @param what stands for it, as a sentence */
export function unknownText(what: string, { problem: { reason, advice } }: UnknownInstance): string {
  return `${what}\n${reason}\n${advice}`;
}
