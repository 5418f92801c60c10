import type { ServiceName } from '#shared/models/services.ts';
import type { MappingPages } from './mapping.ts';
import { eachMapping } from './read-mappings.ts';

/** How many entities of a service were pushed, and how many failed, since a time; and how many are not synced now. */
export type ServiceChanges = Partial<
  Record<ServiceName, { pushed: number; failed: number; not_synced: number }>
>;

/**
 * What has become of an instance's entities since a time, from its mappings: one page of them a call, the whole
 * instance's.
 *
 * @param since ISO 8601 in UTC
 * @param onRead told how many mappings were looked at so far
 */
export async function changesSince(
  mappings: MappingPages,
  instance: string,
  since: string,
  onRead: (count: number) => void = () => {},
): Promise<ServiceChanges> {
  const changes: ServiceChanges = {};
  let read = 0;
  for await (const { service, status, last_synced_at, last_failed_at } of eachMapping(
    instance,
    mappings,
    'oec_',
  )) {
    onRead(++read);
    const isSynced = status === 'synced';
    const hasFailed = !isSynced && last_failed_at !== undefined && last_failed_at >= since;
    const isPushed = isSynced && last_synced_at !== undefined && last_synced_at >= since;
    if (isSynced && !isPushed) continue;
    const counts = changes[service] ?? { pushed: 0, failed: 0, not_synced: 0 };
    changes[service] = {
      pushed: counts.pushed + Number(isPushed),
      failed: counts.failed + Number(hasFailed),
      not_synced: counts.not_synced + Number(!isSynced),
    };
  }
  return changes;
}
