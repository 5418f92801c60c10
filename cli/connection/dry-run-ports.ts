import { notedMappings } from '#shared/drift/noted-mappings.ts';
import type { DryRunPorts } from '#shared/dry-run/dry-run.ts';
import type { RecordSnapshot } from '#shared/dry-run/record-snapshot.ts';
import type { Instance } from '#shared/engine/instance.ts';
import { MoodleClient } from '#shared/moodle/client.ts';
import { services } from '#shared/services/services.ts';
import type { Deployment } from './deployment.ts';

/**
 * What a dry run of an instance of a stack reads from.
 *
 * @param records shared by the dry runs of several instances
 * @throws TokenError where the instance has no token
 */
export async function dryRunPorts(
  deployment: Deployment,
  instance: Instance,
  records: RecordSnapshot,
): Promise<DryRunPorts> {
  const token = await deployment.tokens.get(instance);
  return {
    moodle: new MoodleClient({ baseUrl: instance.base_url, token }),
    records,
    mappings: notedMappings(deployment.mappings),
    brakes: deployment.instances,
    services,
    now: deployment.now(),
  };
}
