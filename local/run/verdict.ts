import type { OecItem } from '#local/demo/oec-item.ts';
import type { RecordKey } from '#shared/engine/entity.ts';
import type { Mapping } from '#shared/engine/mapping.ts';
import type { MoodleClient } from '#shared/moodle/client.ts';
import { getAllCategories } from '#shared/moodle/functions/categories.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { isPushedModel, parseRecord } from '#shared/oec/models.ts';
import {
  departmentIdnumber,
  facultyIdnumber,
  programIdnumber,
  studentIdnumber,
} from '#shared/oec/references.ts';

/** Idnumbers asked for in one look-up: stays far below the variables that Moodle takes. */
const chunkSize = 500;

/** Failures that are a record's own: it cannot arrive until somebody corrects it. */
const ownFailures = new Set(['invalid', 'conflict', 'dependency']);

/** Whether a failure is the record's own fault, as far as the link can tell. */
export function isOwnFailure({ failure }: Mapping): boolean {
  return failure !== undefined && ownFailures.has(failure.class);
}

/**
 * The good records that did not arrive, asked of Moodle itself: departments and programs among its categories,
 * people among its accounts. Records with a failure of their own are not good ones.
 */
export async function missingInMoodle(
  client: MoodleClient,
  items: OecItem[],
  mappings: Mapping[],
): Promise<RecordKey[]> {
  const failed = new Set(mappings.filter(isOwnFailure).map(({ idnumber }) => idnumber));
  const expected = items.flatMap((item) => {
    const idnumber = idnumberOf(item);
    if (idnumber === undefined || failed.has(idnumber)) return [];
    return [{ idnumber, model: item.model, id: item.id }];
  });
  const found = new Set((await getAllCategories(client)).map(({ idnumber }) => idnumber));
  const people = expected.filter(({ model }) => model === 'op.student' || model === 'op.faculty');
  for (let start = 0; start < people.length; start += chunkSize) {
    const idnumbers = people.slice(start, start + chunkSize).map(({ idnumber }) => idnumber);
    for (const user of await getUsersByField(client, 'idnumber', idnumbers)) found.add(user.idnumber);
  }
  return expected
    .filter(({ idnumber }) => !found.has(idnumber))
    .map(({ model, id }) => ({ model: model as RecordKey['model'], id }));
}

/** The idnumber of a record that has to be in Moodle if it is active; undefined for the models without one of their own. */
function idnumberOf(item: OecItem): string | undefined {
  if (!isPushedModel(item.model)) return undefined;
  const parsed = parseRecord(item.model, item);
  if (!parsed.ok || ('active' in parsed.record && !parsed.record.active)) return undefined;
  switch (item.model) {
    case 'op.department':
      return departmentIdnumber(item.id);
    case 'op.course':
      return programIdnumber(item.id);
    case 'op.student':
      return studentIdnumber(item.id);
    case 'op.faculty':
      return facultyIdnumber(item.id);
    default:
      return undefined;
  }
}
