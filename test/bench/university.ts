import type { PushedModel } from '#shared/models/models.ts';
import type { Link, RecordItem } from '#shared/models/records.ts';
import { serviceModels } from '#shared/models/services.ts';
import { courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import { type Instance, takesService } from '#shared/moodle/instance/instance.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { services } from '#shared/moodle/services.ts';
import { linksOfItem } from '#shared/moodle/sweep/link-repair.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import {
  batch,
  department,
  enrolment,
  faculty,
  program,
  session,
  student,
  subject,
} from '#test/integration/records.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** A university of about so many records: four in ten are students, more than half their enrolments. */
export function universityOf(count: number): RecordItem[] {
  const programs = Math.max(1, Math.round(count / 500));
  const students = Math.round(count * 0.4);
  const teachers = Math.max(1, Math.round(count / 100));
  const programOf = (id: number) => (id % programs) + 1;
  const items = [
    ...range(Math.max(1, Math.round(programs / 2))).map((id) => department(id)),
    ...range(programs).map((id) => program(id, { subject_ids: range(5).map((n) => (id - 1) * 5 + n) })),
    ...range(programs * 5).map((id) => subject(id)),
    ...range(programs * 5).map((id) => batch(id, programOf(id))),
    ...range(students).map((id) => student(id)),
    ...range(teachers).map((id) => faculty(id)),
    ...range(teachers * 2).map((id) => {
      const subjectId = (id % (programs * 5)) + 1;
      return session(id, (id % teachers) + 1, subjectId, Math.ceil(subjectId / 5));
    }),
  ];
  const enrolments = count - items.length;
  const enrolled = range(enrolments).map((id) => {
    const batchId = (id % (programs * 5)) + 1;
    return enrolment(id, (id % students) + 1, programOf(batchId), batchId);
  });
  return [...items, ...enrolled] as RecordItem[];
}

export function linksOfAll(items: RecordItem[]): Link[] {
  return items.flatMap((item) => linksOfItem(item.model as PushedModel, item));
}

/** The mappings of a university that is in Moodle as it should be. */
export async function mappingsOfAll(instance: Instance, items: RecordItem[]): Promise<Mapping[]> {
  const byModel = Map.groupBy(items, ({ model }) => model);
  const itemsById = new Map(
    [...byModel].map(([model, own]) => [model, new Map(own.map((item) => [item.id, item]))]),
  );
  const sources = Map.groupBy(linksOfAll(items), ({ target }) => target);
  const nowhere = {
    getMany: async () => new Map<string, Mapping>(),
    listByPrefix: async () => [],
    save: async () => true,
    remove: async () => {},
  };
  const view = new RecordView(
    instance,
    {
      getMany: async (model, ids) =>
        new Map(
          ids.flatMap((id) => (itemsById.get(model)?.has(id) ? [[id, itemsById.get(model)!.get(id)!]] : [])),
        ),
    },
    {
      sources: async (target, model) =>
        (sources.get(target) ?? []).flatMap(({ source }) =>
          source.startsWith(`${model}#`) ? [source.slice(model.length + 1)] : [],
        ),
    },
    nowhere,
    Date.parse('2026-11-01T08:00:00Z'),
  );
  const mappings: Mapping[] = [];
  for (const service of services.inOrder.filter(({ name }) => takesService(instance, name))) {
    const ids = (byModel.get(serviceModels[service.name]) ?? []).map(({ id }) => id);
    for (const idnumber of [...(await service.targets(view, ids)).values()].flat()) {
      const built = await service.build(view, idnumber);
      if (built.kind === 'failed') throw new Error(`${idnumber}: ${built.failure.reason}`);
      if (built.kind === 'nothing') continue;
      const { courses } = built.entity.fields as { courses?: Record<string, string[]> };
      mappings.push({
        ...newMapping(instance.id, idnumber, service.name, built.entity.source),
        status: 'synced',
        revision: 1,
        moodle_id: mappings.length + 10,
        sync_hash: payloadHash(built.entity.payload),
        active: service.isPresent(built.entity),
        last_synced_at: '2026-11-01T08:00:00.000Z',
        ...(courses && { extra_data: { courses: statesOf(courses) } }),
      });
    }
  }
  return mappings;
}

function statesOf(courses: Record<string, string[]>) {
  const states = Object.entries(courses).map(([course, groups]) => [
    course,
    { state: 'active', groups: Object.fromEntries(groups.map((group) => [group, 'member'])) },
  ]);
  return courseStatesOf({ courses: Object.fromEntries(states) });
}
