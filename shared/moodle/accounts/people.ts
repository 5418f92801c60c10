import { facultyIdnumber, studentIdnumber } from '#shared/models/references.ts';
import { idOf } from '#shared/moodle/service-parts.ts';
import type { Built } from '#shared/sync/reconcile/entity.ts';
import { pushEntities } from '#shared/sync/reconcile/entity-push.ts';
import type { PushService } from '#shared/sync/reconcile/push-service.ts';
import type { World } from '#shared/sync/reconcile/world.ts';
import { accountFields } from './account-fields.ts';
import { accountPayload, noteRecords } from './account-records.ts';
import { accountAdapter } from './accounts.ts';
import { type PersonModel, personOf, standingOf } from './person-standing.ts';

/** op.student → an account. */
export const students = personService('students', 'op.student', 'student', studentIdnumber);

/** op.faculty → an account. */
export const faculty = personService('faculty', 'op.faculty', 'faculty', facultyIdnumber);

/** What the record of an account should be, whichever model it is of. */
function buildAccount(world: World, idnumber: string): Promise<Built> {
  return (personOf(idnumber)?.model === 'op.faculty' ? faculty : students).build(world, idnumber);
}

function personService(
  name: 'students' | 'faculty',
  model: PersonModel,
  kind: 'student' | 'faculty',
  toIdnumber: (id: string) => string,
): PushService {
  return {
    name,
    partial: false,
    notes: ['account'],
    targets: async (_world, ids) => new Map(ids.map((id) => [id, [toIdnumber(id)]])),
    prepare: (world, idnumbers) =>
      world.load(
        model,
        idnumbers.map((idnumber) => idOf(idnumber, kind)),
      ),
    build,
    holds: (entity) => entity.payload.suspended !== true,
    subtracts: (entity, mapping) => mapping.active && entity.payload.suspended === true,
    push: async (session, items) => {
      const results = await pushEntities(session, items, accountAdapter(buildAccount));
      await noteRecords(session.world, items, results);
      return results;
    },
  };

  async function build(world: World, idnumber: string): Promise<Built> {
    const source = { model, id: idOf(idnumber, kind) };
    const standing = await standingOf(world, idnumber);
    if (standing.state === 'unreadable') return { kind: 'failed', source, failure: standing.failure };
    const { payload, leftOut } = await accountPayload(world, idnumber, source, standing);
    const person = standing.state === 'here' ? standing.person : undefined;
    return {
      kind: 'entity',
      entity: {
        idnumber,
        service: name,
        source,
        fields: person ? accountFields(person) : {},
        payload,
        dependencies: [],
        active: person?.active === true,
        leftOut,
      },
    };
  }
}
