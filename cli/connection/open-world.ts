import type { Instance } from '#shared/engine/instance.ts';
import { World } from '#shared/engine/world.ts';
import { linksStore } from '#shared/store/links-store.ts';
import type { Deployment } from './deployment.ts';

/** The records and mappings of an instance as the push sees them. */
export function openWorld({ clients, outputs, records, mappings }: Deployment, instance: Instance): World {
  return new World(instance, records, linksStore(clients.documents, outputs.LinksTableName), mappings);
}
