import { idOf } from '#shared/models/references.ts';
import { type ServiceOfKind, serviceModels } from '#shared/models/services.ts';
import { takesService } from '#shared/moodle/instance/instance.ts';
import type { Built, Entity } from '#shared/moodle/push/entity.ts';
import { pushEntities } from '#shared/moodle/push/entity-push.ts';
import { oneOfEach, type PushService } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { type AccountFields, accountFields } from './account-fields.ts';
import { accountNames } from './account-names.ts';
import { accountPayload, noteRecords } from './account-records.ts';
import { accountAdapter } from './accounts.ts';
import { personOf, presenceOf } from './person-presence.ts';

/** op.student → an account. */
export const students = personService('students');

/** op.faculty → an account. */
export const faculty = personService('faculty');

/** op.parent → an account, in an instance that has a role for parents. */
export const parents = personService('parents');

const byModel = { 'op.student': students, 'op.faculty': faculty, 'op.parent': parents };

/** What the record of an account should be, whichever model it is of. */
function buildAccount(view: RecordView, idnumber: string): Promise<Built<Entity<AccountFields>>> {
  return byModel[personOf(idnumber)?.model ?? 'op.student'].build(view, idnumber);
}

function personService(name: ServiceOfKind<'account'>): PushService<Entity<AccountFields>> {
  const model = serviceModels[name];
  const own = oneOfEach(name);
  return {
    ...own,
    targets: async (view, ids) => (takesService(view.instance, name) ? own.targets(view, ids) : new Map()),
    notes: ['account'],
    build,
    isPresent: (entity) => entity.payload.suspended !== true,
    takesAway: (entity, mapping) => mapping.active && entity.payload.suspended === true,
    push: async (context, items) => {
      const results = await pushEntities(context, items, accountAdapter(buildAccount));
      await noteRecords(context.view, items, results);
      return results;
    },
  };

  async function build(view: RecordView, idnumber: string): Promise<Built<Entity<AccountFields>>> {
    const source = { model, id: idOf(idnumber, model) };
    const presence = await presenceOf(view, idnumber);
    if (presence.state === 'unreadable') return { kind: 'failed', source, failure: presence.failure };
    const failure =
      presence.state === 'here' && presence.person.active && accountNames(view.instance, presence).failure;
    if (failure) return { kind: 'failed', source, failure };
    const { payload, leftOut } = await accountPayload(view, idnumber, source, presence);
    return {
      kind: 'entity',
      entity: {
        idnumber,
        service: name,
        source,
        payload,
        dependencies: [],
        ...(presence.state === 'here'
          ? { active: presence.person.active, fields: accountFields(view.instance, presence) }
          : { active: false, fields: {} }),
        leftOut,
      },
    };
  }
}
