import { modelOf } from '#shared/models/models.ts';
import type { EntityModel } from '#shared/models/services.ts';
import { failureOfProblems } from '#shared/moodle/failures.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';

/** Why a record that lies above itself has no place in Moodle; undefined where its parents have an end, or a circle of their own. */
export async function failureOfCircle(
  view: RecordView,
  model: EntityModel,
  id: string,
): Promise<Failure | undefined> {
  const path = [id];
  const parentOf = async (child: string) => {
    const reading = await view.read(model, child);
    return reading.state === 'valid' && 'parentId' in reading.record ? reading.record.parentId : undefined;
  };
  for (let parent = await parentOf(id); parent !== id; parent = await parentOf(parent)) {
    if (parent === undefined || path.includes(parent)) return undefined;
    path.push(parent);
  }
  const ids = path.toSorted((one, other) => Number(one) - Number(other)).join(', ');
  return failureOfProblems([
    {
      field: 'parent_id',
      rule: 'own-parent',
      reason: `The ${modelOf(model).noun}s ${ids} lie below each other in a circle. Give one of them another parent, or none, in OpenEduCat.`,
    },
  ]);
}
