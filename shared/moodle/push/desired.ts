import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Built } from './entity.ts';
import type { PushService } from './push-service.ts';
import type { RecordView } from './record-view.ts';

/** What a record should be in an instance, with the mapping that says what it is there. */
export interface DesiredEntity {
  /** Of the record. */
  id: string;
  idnumber: string;
  built: Built;
  mapping: Mapping | undefined;
}

/** What records should be, or were, in an instance: everything that is needed for it is read ahead. */
export async function desiredOf(
  service: PushService,
  view: RecordView,
  ids: string[],
): Promise<DesiredEntity[]> {
  if (ids.length === 0) return [];
  const targets = await service.targets(view, ids);
  const idnumbers = [...new Set([...targets.values()].flat())];
  const mappings = await view.mappings(idnumbers);
  await service.prepare?.(view, idnumbers);
  const desired: DesiredEntity[] = [];
  for (const [id, own] of targets)
    for (const idnumber of own) {
      const built = await service.build(view, idnumber);
      desired.push({ id, idnumber, built, mapping: mappings.get(idnumber) });
    }
  return desired;
}
