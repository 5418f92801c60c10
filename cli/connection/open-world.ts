import type { Instance } from '#shared/moodle/instance/instance.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { World } from '#shared/sync/reconcile/world.ts';
import type { Deployment } from './deployment.ts';

/** The records and mappings of an instance as the push sees them. */
export function openWorld({ clients, outputs, records, mappings }: Deployment, instance: Instance): World {
  return new World(instance, records, linksStore(clients.documents, outputs.LinksTableName), mappings);
}
