import type { Batch } from '#shared/models/batch.ts';
import { moodleLimits } from '#shared/models/fields/moodle-limits.ts';
import {
  batchIdnumber,
  parseIdnumber,
  subjectCourseIdnumber,
  subjectCourseOf,
} from '#shared/models/references.ts';
import { prefixes } from '#shared/models/services.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { type FilledIn, fillIn } from '#shared/moodle/conventions/fill-in.ts';
import { createGroups, getCourseGroups, updateGroups } from '#shared/moodle/functions/groups.ts';
import { fieldsToCreate, fieldsToKeepUp } from '#shared/moodle/instance/ownership.ts';
import { scopeOfProgram } from '#shared/moodle/instance/scope.ts';
import { foundInUse, groupsHold } from '#shared/moodle/inventory/twins.ts';
import type { Built, Entity, EntityInUse } from '#shared/moodle/push/entity.ts';
import type { Counterpart, EntityAdapter, Holder, Mapped } from '#shared/moodle/push/entity-adapter.ts';
import { pushEntities } from '#shared/moodle/push/entity-push.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import { type PushService, takesNothingAway } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { conflict, type Failure } from '#shared/sync/failure.ts';
import { batchGroupIdnumber, batchGroupOf } from './batch-group.ts';
import { coursesArePer, phaseOf } from './course-periods.ts';

/** A group in one course. `course` is the course's idnumber. */
export type GroupFields = { name: string; course: string };

/**
 * op.batch → a group in every course of its program, or in its own courses where batches have some. A batch may also be that of an ancestor program of the
 * enrolment (OpenEduCat offers those): such groups are made when an enrolment needs them.
 */
export const batches: PushService<Entity<GroupFields>> = {
  name: 'batches',
  partial: false,
  targets,
  prepare: (view, idnumbers) =>
    view.load(
      'op.batch',
      idnumbers.map((idnumber) => batchGroupOf(idnumber).batchId),
    ),
  build,
  ...takesNothingAway,
  push: (context, items) => pushEntities(context, items, adapter),
};

async function targets(view: RecordView, ids: string[]): Promise<Map<string, string[]>> {
  const readings = await view.readMany('op.batch', ids);
  const programIds = readings.flatMap((batch) => (batch.state === 'valid' ? [batch.record.programId] : []));
  await view.load('op.course', programIds);
  return new Map(
    await Promise.all(
      ids.map(async (id, index) => {
        const batch = readings[index]!;
        const mapped = await view.mappedIdnumbers(batchGroupIdnumber(id, prefixes.subjects));
        const courses = batch.state === 'valid' ? await coursesOf(view, batch.record) : [];
        const wanted = courses.map((course) => batchGroupIdnumber(id, course));
        // Its own idnumber stands for the batch as such: a batch that cannot be pushed is reported there.
        return [id, [...new Set([batchIdnumber(id), ...wanted, ...mapped])]] as [string, string[]];
      }),
    ),
  );
}

async function coursesOf(view: RecordView, { id: batchId, programId }: Batch): Promise<string[]> {
  const program = await view.read('op.course', programId);
  if (program.state !== 'valid' || (await scopeOfProgram(view, program.record)) !== 'inside') return [];
  const per = await coursesArePer(view, { programId, batchId });
  // The courses of terms are made when an enrolment needs them, and so are the groups in them.
  if (per === 'term') return [];
  const period = per === 'batch' ? { per, id: batchId } : undefined;
  const phase = period && (await phaseOf(view, period));
  if (phase === 'early' || phase === 'over') return [];
  const subjects = await view.readMany('op.subject', program.record.subjectIds);
  return program.record.subjectIds
    .filter((_id, index) => {
      const subject = subjects[index]!;
      return subject.state === 'valid' && subject.record.active;
    })
    .map((subjectId) => subjectCourseIdnumber(subjectId, programId, period));
}

async function build(view: RecordView, idnumber: string): Promise<Built<Entity<GroupFields>>> {
  const { batchId, course } = batchGroupOf(idnumber);
  const source = { model: 'op.batch', id: batchId } as const;
  const reading = await view.read('op.batch', batchId);
  if (reading.state === 'missing') return { kind: 'nothing' };
  if (reading.state === 'invalid') return { kind: 'failed', source, failure: reading.failure };
  if (course === undefined) return { kind: 'nothing' };
  const { programId, period } = subjectCourseOf(course);
  // What is over stays as it is.
  if (period && (await phaseOf(view, period)) === 'over') return { kind: 'nothing' };
  const program = await view.read('op.course', programId);
  const isActive = reading.record.active && program.state === 'valid' && program.record.active;
  const named = await groupName(view, reading.record);
  if (named.failure) return { kind: 'failed', source, failure: named.failure };
  const fields: GroupFields = { name: named.fields.name ?? '', course };
  const { name } = fieldsToKeepUp(view.instance, 'group', fields);
  return {
    kind: 'entity',
    entity: {
      idnumber,
      service: 'batches',
      source,
      fields,
      payload: name === undefined ? {} : { name },
      dependencies: [course],
      active: isActive,
    },
  };
}

/** What a batch's groups are called: alike in all courses, by the batch's own program also in those of another one. */
export function groupName(view: RecordView, { id, programId }: Batch): Promise<FilledIn<'name'>> {
  const program = () => view.read('op.course', programId);
  const records = {
    program,
    batch: () => view.read('op.batch', id),
    department: async () => {
      const reading = await program();
      const departmentId = reading.state === 'valid' ? reading.record.departmentId : undefined;
      return departmentId === undefined ? undefined : view.read('op.department', departmentId);
    },
  };
  return fillIn({
    instance: view.instance,
    service: 'batches',
    noun: 'group',
    records,
    rules: {
      name: (text, check) => check.requiredValue('name', moodleLimits.groupName, 'for the group', text),
    },
  });
}

const adapter: EntityAdapter<GroupFields> = {
  goesWithDependencies: true,
  lookUpFirst: false,
  lookUp,
  create: async (context, entities) => {
    const groups = await Promise.all(
      entities.map(async (entity) => {
        const { name } = fieldsToCreate(context.instance, 'group', entity.fields, ['name']);
        const courseid = await context.view.moodleId(entity.fields.course);
        return { courseid, name: name!, description: '', idnumber: batchIdnumber(entity.source.id) };
      }),
    );
    return (await createGroups(context.client, groups)).map(({ id }) => id);
  },
  refused: async (context, entity, error) => {
    const holder = isRefusedName(error) ? await nameHolder(context, entity.fields) : undefined;
    return holder && { failure: takenName(entity.fields, holder.moodleId, holder.idnumber) };
  },
  isGone,
  isTaken: isRefusedName,
  uniqueFields: [
    {
      name: 'name',
      build,
      holders: async (context, items) => {
        const holders = new Map<string, Holder>();
        for (const { entity } of items) {
          const holder = await nameHolder(context, fieldsOf(entity));
          if (holder) holders.set(entity.idnumber, holder);
        }
        return holders;
      },
      park: async ({ client }, { entity, moodleId }) => {
        await updateGroups(client, [{ id: moodleId, name: `${entity.idnumber} (moved)` }]);
      },
      taken: ({ entity }, { moodleId, idnumber }, isMoving) =>
        isMoving ? keptName(idnumber!) : takenName(fieldsOf(entity), moodleId, idnumber),
    },
  ],
  update: async (context, items) => {
    const groups = items.map(({ entity, moodleId }) => ({
      id: moodleId,
      name: String(entity.payload.name),
    }));
    await updateGroups(context.client, groups);
    return items.map(() => ({ done: 'updated' }));
  },
};

/** The course of a group that Moodle has, and the name that it is to have. */
function fieldsOf({ idnumber, payload }: Entity<GroupFields>): GroupFields {
  return { course: batchGroupOf(idnumber).course!, name: String(payload.name) };
}

/** Moodle says no more of a name that another group of the course has. */
function isRefusedName(error: unknown): boolean {
  return error instanceof MoodleError && error.errorcode === 'invalidparameter';
}

/** The group of the course that has a group's name. */
async function nameHolder(
  { client, view }: PushContext,
  { course, name }: GroupFields,
): Promise<Holder | undefined> {
  const groups = await getCourseGroups(client, await view.moodleId(course));
  const group = groups.find((other) => isSameName(other.name, name));
  if (!group) return undefined;
  const isBatch = parseIdnumber(group.idnumber)?.model === 'op.batch';
  return { moodleId: group.id, idnumber: isBatch ? `${group.idnumber}@${course}` : undefined };
}

/** As Moodle's database compares names: without regard to case, accents and trailing blanks. */
function isSameName(one: string, other: string): boolean {
  return one.trimEnd().localeCompare(other.trimEnd(), 'en', { sensitivity: 'base' }) === 0;
}

function takenName({ name, course }: GroupFields, id: number, owner: string | undefined): Failure {
  return conflict(
    'groupnametaken',
    `The course ${course} has another group of the name ${name} (id ${id}${owner ? `, of ${owner}` : ''}): Moodle does not tell case and accents apart.`,
    owner
      ? 'Give one of the two batches another name or code in the ERP.'
      : 'Rename the other group in Moodle, or give the batch another name or code in the ERP.',
    owner,
  );
}

function keptName(owner: string): Failure {
  return conflict(
    'groupnamekept',
    `The group ${owner} has the name of this one in Moodle, though its batch has another one.`,
    `Nothing: Moodle is told the name of ${owner} once more, and this group follows.`,
    owner,
  );
}

/** Moodle 4.5 answers `invalidparameter` for a group it does not have, as for a name it does not take. */
async function isGone(
  context: PushContext,
  { entity, moodleId }: Mapped<GroupFields>,
  error: unknown,
): Promise<boolean> {
  if (!isRefusedName(error)) return false;
  const { course } = fieldsOf(entity);
  const groups = await getCourseGroups(context.client, await context.view.moodleId(course));
  return !groups.some(({ id }) => id === moodleId);
}

/** One call per course finds its groups. */
async function lookUp(
  { client, view }: PushContext,
  entities: EntityInUse<GroupFields>[],
): Promise<Map<string, Counterpart>> {
  const found = new Map<string, Counterpart>();
  for (const [course, ofCourse] of Map.groupBy(entities, ({ fields }) => fields.course)) {
    const courseid = await view.moodleId(course);
    const groups = await getCourseGroups(client, courseid);
    const named = groups.map((group) => ({ ...group, idnumber: `${group.idnumber}@${course}` }));
    const idnumbers = ofCourse.map(({ idnumber }) => idnumber);
    const counterparts = await foundInUse(named, idnumbers, groupsHold(client, courseid));
    for (const [idnumber, counterpart] of counterparts) found.set(idnumber, counterpart);
  }
  return found;
}
