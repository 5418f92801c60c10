import type { LinkReader, RecordPages, RecordReader } from '#shared/models/records.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { MappingPages, MappingReader } from '#shared/moodle/mappings/mapping.ts';
import type { ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import type { PushQueue, WorkUnit } from '#shared/moodle/push/work-unit.ts';
import type { Brake, BrakeStore } from '#shared/sync/limits/brake.ts';
import type { BreakerStore } from '#shared/sync/limits/breaker.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import type { Parking } from '#shared/sync/units/parking.ts';
import type { WakeQueue } from '#shared/sync/units/work.ts';
import type { LinkKeeper } from './link-repair.ts';

/** What looking through the records of one model needs. It never calls Moodle. */
export interface ModelSweepPorts {
  records: RecordReader;
  links: LinkReader & LinkKeeper;
  mappings: MappingReader & MappingPages;
  instances: Pick<BrakeStore, 'getBrake'> & {
    setHolds(instance: string, service: ServiceName, holds: number): Promise<void>;
  };
  brake: Brake;
  queue: PushQueue;
  services: ServiceRegistry;
  clock: Clock;
  log: Log;
  /** Records or mappings looked at in one go. */
  pageSize: number;
}

/** What a sweep needs besides. */
export interface SweepPorts extends ModelSweepPorts {
  records: RecordReader & RecordPages;
  instances: ModelSweepPorts['instances'] & Pick<BreakerStore, 'getBreaker'>;
  wakes: WakeQueue;
  parking: Pick<Parking<WorkUnit>, 'oldest'>;
}
