import { idnumbersOf, idOf } from '#shared/models/references.ts';
import { type MoodleKind, type ServiceOfKind, serviceModels } from '#shared/models/services.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';

/** Of a service that makes one entity of each record: how it is named, and what is read ahead for it. */
export function oneOfEach(
  name: ServiceOfKind<MoodleKind>,
): Pick<PushService, 'name' | 'partial' | 'targets' | 'prepare'> {
  const model = serviceModels[name];
  const toIdnumber = idnumbersOf(name);
  return {
    name,
    partial: false,
    targets: async (_view, ids) => new Map(ids.map((id) => [id, [toIdnumber(id)]])),
    prepare: (view, idnumbers) =>
      view.load(
        model,
        idnumbers.map((idnumber) => idOf(idnumber, model)),
      ),
  };
}

/** Categories and groups are never hidden or taken away. */
export const takesNothingAway: Pick<PushService, 'isPresent' | 'takesAway'> = {
  isPresent: () => true,
  takesAway: () => false,
};
