import { MoodleCopy } from '#local/moodle/copy/moodle-copy.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { notedMappings } from '#shared/moodle/drift/noted-mappings.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { services } from '#shared/moodle/services.ts';
import type { DryRunPorts } from '#shared/operate/plan/dry-run.ts';
import type { RecordSnapshot } from '#shared/operate/plan/record-snapshot.ts';
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
    standIn: (site) => new MoodleCopy(site),
    records,
    mappings: notedMappings(deployment.mappings),
    brakes: deployment.instances,
    services,
    now: deployment.now(),
  };
}
