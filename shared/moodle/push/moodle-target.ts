import { planMoved } from '#shared/models/changes/ripple.ts';
import type { Ripple } from '#shared/models/model.ts';
import type { LinkReader, RecordReader } from '#shared/models/records.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { type Instance, takesRipple } from '#shared/moodle/instance/instance.ts';
import type { AttentionReader, Mapping, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import type { Brake } from '#shared/sync/limits/brake.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import type { Waiting } from '#shared/sync/units/release.ts';
import type { Target } from '#shared/sync/units/target.ts';
import type { WorkPorts } from '#shared/sync/units/work.ts';
import { pushUnit } from './push.ts';
import type { PushContext } from './push-context.ts';
import type { PushLedger } from './push-ledger.ts';
import type { ServiceRegistry } from './push-service.ts';
import { RecordView } from './record-view.ts';
import { cutUnits, type PushRef, pushNaming, type WorkUnit } from './work-unit.ts';

/** What bringing records to a Moodle needs. */
export interface PushPorts {
  records: RecordReader;
  links: LinkReader;
  mappings: MappingStore & AttentionReader;
  brake: Brake;
  services: ServiceRegistry;
  clock: Clock;
  log: Log;
}

/** The same with what working off its units needs. */
export type PushWorkPorts = PushPorts & WorkPorts<WorkUnit, Mapping>;

/** What waits in the mappings of an instance. */
export function waitingIn(instance: string, mappings: AttentionReader): Waiting<WorkUnit, PushRef, Mapping> {
  return {
    naming: pushNaming(instance),
    attention: (status) => mappings.listAttention(instance, status),
  };
}

/** A Moodle as a target of the engine. */
export function moodleTarget(
  instance: Instance,
  client: MoodleCaller,
  ports: PushPorts,
): Target<WorkUnit, PushRef, Mapping, PushLedger> {
  return {
    ...waitingIn(instance.id, ports.mappings),
    id: instance.id,
    called: 'the instance',
    about: { instance: instance.id },
    calls: () => client.statistics.calls,
    async probe() {
      try {
        await getSiteInfo(client);
        return undefined;
      } catch (error) {
        return failureOf(error);
      }
    },
    reconcile: (unit, force) => push(unit, instance, client, ports, force),
  };
}

async function push(
  unit: WorkUnit,
  instance: Instance,
  client: MoodleCaller,
  { records, links, mappings, services, ...ports }: PushPorts,
  force: boolean,
): Promise<PushLedger> {
  const view = new RecordView(instance, records, links, mappings, ports.clock.now());
  const context: PushContext = { ...ports, instance, client, view, force, doubted: new Set() };
  const ledger = await pushUnit(context, services, unit);
  const isWanted = (ripple: Ripple) => takesRipple(instance, ripple);
  for (const [service, ids] of await planMoved(ledger.moved, { records, links }, isWanted))
    ledger.following.push(...cutUnits(instance.id, service, ids));
  return ledger;
}
