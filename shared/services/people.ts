import type { Built } from '#shared/engine/entity.ts';
import { pushEntities } from '#shared/engine/entity-push.ts';
import { failureOfProblems } from '#shared/engine/failures.ts';
import { fieldsToKeepUp } from '#shared/engine/ownership.ts';
import type { PushService } from '#shared/engine/push-service.ts';
import { anyProgramInScope, companyInScope, departmentInScope } from '#shared/engine/scope.ts';
import type { World } from '#shared/engine/world.ts';
import type { Person } from '#shared/oec/person.ts';
import { facultyIdnumber, studentIdnumber } from '#shared/oec/references.ts';
import { type AccountFields, accountAdapter } from './accounts.ts';
import { idOf } from './service-parts.ts';

type PersonModel = 'op.student' | 'op.faculty';

/** op.student → an account. */
export const students = personService('students', 'op.student', 'student', studentIdnumber);

/** op.faculty → an account. */
export const faculty = personService('faculty', 'op.faculty', 'faculty', facultyIdnumber);

function personService(
  name: 'students' | 'faculty',
  model: PersonModel,
  kind: 'student' | 'faculty',
  toIdnumber: (id: string) => string,
): PushService {
  return {
    name,
    partial: false,
    targets: async (_world, ids) => new Map(ids.map((id) => [id, [toIdnumber(id)]])),
    prepare: (world, idnumbers) =>
      world.load(
        model,
        idnumbers.map((idnumber) => idOf(idnumber, kind)),
      ),
    build: (world, idnumber) => build(world, idnumber, name, model, idOf(idnumber, kind)),
    holds: (entity) => entity.payload.suspended !== true,
    subtracts: (entity, mapping) => mapping.active && entity.payload.suspended === true,
    push: (session, items) => pushEntities(session, items, accountAdapter()),
  };
}

async function build(
  world: World,
  idnumber: string,
  service: 'students' | 'faculty',
  model: PersonModel,
  id: string,
): Promise<Built> {
  const source = { model, id };
  const reading = await world.read(model, id);
  if (reading.state === 'invalid' && !reading.retired) {
    return { kind: 'failed', source, failure: failureOfProblems(reading.problems) };
  }
  if (reading.state !== 'valid' || !(await personInScope(world, model, reading.record))) {
    // Deleted, archived with unreadable fields, or no longer this instance's: the account stays, suspended.
    const payload = fieldsToKeepUp(world.instance, 'user', { suspended: true });
    return {
      kind: 'entity',
      entity: { idnumber, service, source, fields: {}, payload, dependencies: [], active: false },
    };
  }
  const { record } = reading;
  const fields: AccountFields = {
    firstname: record.firstName,
    lastname: record.lastName,
    middlename: record.middleName ?? '',
    email: record.email,
    phone1: record.phone ?? '',
    suspended: !record.active,
  };
  const payload = fieldsToKeepUp(world.instance, 'user', fields);
  return {
    kind: 'entity',
    entity: { idnumber, service, source, fields, payload, dependencies: [], active: record.active },
  };
}

/**
 * Whether a person belongs into the instance: by company, and where the instance is for some departments only, a
 * student by the programs of the enrolments, a teacher by the main department or the programs of the timetable.
 */
export async function personInScope(world: World, model: PersonModel, person: Person): Promise<boolean> {
  if (!companyInScope(world, person.companyId)) return false;
  if (world.instance.scope.departments.length === 0) return true;
  const source = { model, id: person.id };
  if (model === 'op.student') {
    const ids = await world.sources(source, 'op.student.course');
    const enrolments = await world.readMany('op.student.course', ids);
    return anyProgramInScope(
      world,
      enrolments.flatMap((enrolment) => (enrolment.state === 'valid' ? [enrolment.record.programId] : [])),
    );
  }
  const teacher = await world.read('op.faculty', person.id);
  if (teacher.state !== 'valid') return false;
  const { mainDepartmentId } = teacher.record;
  if (mainDepartmentId !== undefined && (await departmentInScope(world, mainDepartmentId))) return true;
  const sessions = await world.readMany('op.session', await world.sources(source, 'op.session'));
  return anyProgramInScope(
    world,
    sessions.flatMap((session) => (session.state === 'valid' ? [session.record.programId] : [])),
  );
}
