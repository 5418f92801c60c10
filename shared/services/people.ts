import type { Built, RecordKey } from '#shared/engine/entity.ts';
import { pushEntities } from '#shared/engine/entity-push.ts';
import { failureOfProblems, scopeUnknown } from '#shared/engine/failures.ts';
import { fieldsToKeepUp } from '#shared/engine/ownership.ts';
import type { PushService } from '#shared/engine/push-service.ts';
import {
  companyInScope,
  type Scope,
  scopeOfDepartment,
  scopeOfPrograms,
  widest,
} from '#shared/engine/scope.ts';
import type { World } from '#shared/engine/world.ts';
import type { Person } from '#shared/oec/person.ts';
import { facultyIdnumber, studentIdnumber } from '#shared/oec/references.ts';
import { type AccountFields, accountAdapter } from './accounts.ts';
import { isUnreadable } from './doubts.ts';
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
  const scope = reading.state === 'valid' ? await scopeOfPerson(world, model, reading.record) : 'outside';
  if (scope === 'unknown') return { kind: 'failed', source, failure: scopeUnknown() };
  if (reading.state !== 'valid' || scope === 'outside') {
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
async function scopeOfPerson(world: World, model: PersonModel, person: Person): Promise<Scope> {
  if (!companyInScope(world, person.companyId)) return 'outside';
  if (world.instance.scope.departments.length === 0) return 'inside';
  const source = { model, id: person.id };
  if (model === 'op.student') return scopeByRecords(world, source, 'op.student.course');
  const teacher = await world.read('op.faculty', person.id);
  if (teacher.state !== 'valid') return 'outside';
  const { mainDepartmentId } = teacher.record;
  const home = mainDepartmentId === undefined ? 'outside' : await scopeOfDepartment(world, mainDepartmentId);
  if (home === 'inside') return home;
  return widest(new Set([home, await scopeByRecords(world, source, 'op.session')]));
}

/** By the programs of the enrolments or timetable sessions that name the person. */
async function scopeByRecords(
  world: World,
  person: RecordKey,
  model: 'op.student.course' | 'op.session',
): Promise<Scope> {
  const readings = await world.readMany(model, await world.sources(person, model));
  const programIds = readings.flatMap((reading) =>
    reading.state === 'valid' ? [reading.record.programId] : [],
  );
  const scope = await scopeOfPrograms(world, programIds);
  return widest(new Set([scope, readings.some(isUnreadable) ? 'unknown' : 'outside']));
}
