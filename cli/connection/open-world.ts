import type { Instance } from '#shared/moodle/instance/instance.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import type { Deployment } from './deployment.ts';

/** The records and mappings of an instance as the push sees them. */
export function openWorld({ open, records, mappings }: Deployment, instance: Instance): RecordView {
  return new RecordView(instance, records, open(linksStore), mappings);
}
