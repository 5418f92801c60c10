import * as z from 'zod';
import { odooDateTime } from '#shared/models/fields/odoo-time.ts';
import { recordTarget } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';
import { studentIdnumber } from '#shared/models/references.ts';
import { failureOf, isInstanceFailure } from '#shared/moodle/failures.ts';
import { getUsersCourses } from '#shared/moodle/functions/enrolments.ts';
import { pullStateOf } from '#shared/moodle/pulls/mapped-courses.ts';
import type { PullService, PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { inGroups } from '#shared/sync/each-page.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import {
  type LastLook,
  nextMemory,
  type StudentToAsk,
  studentsToAsk,
  studentToAskSchema,
} from './completion-plan.ts';
import {
  completionAttribute,
  type Look,
  nextCompletion,
  progressDigest,
  type StudentProgress,
  studentProgress,
} from './moodle-completion.ts';

/** Students of a task: some seconds of calls, and no message of SQS that is too long. */
const studentsOfTask = 100;

/** Calls at a time in a task. Two tasks run at once, and the cores of a Moodle are few. */
const lanes = 2;

const taskSchema = z.object({ students: z.array(studentToAskSchema) });

/**
 * Course completion → `moodle_completion` of op.student.course. One call for each student answers for all courses,
 * and only students of whom something can have changed are asked about.
 */
export const completionPull: PullService = {
  name: 'completion',
  isWanted: () => true,

  async *plan(instance, ports) {
    for await (const students of inGroups(studentsToAsk(instance, ports), studentsOfTask)) yield { students };
  },

  async run(task, session) {
    const { students } = taskSchema.parse(task);
    const criteria: KnownCriteria = new Map();
    const rest = await inLanes(students, { lanes, hasTime: session.hasTime }, (student) =>
      unlessRefused(session, student, () => lookAtStudent(session, criteria, student)),
    );
    return rest.length > 0 ? { students: rest } : undefined;
  },
};

/** A student whom Moodle refuses to tell of stops no other one; what says something about the instance does. */
async function unlessRefused(
  { instance, log, count }: PullSession,
  student: StudentToAsk,
  look: () => Promise<void>,
): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (isInstanceFailure(error)) throw error;
    const { code } = failureOf(error);
    log.warn('Completion not pulled', { instance: instance.id, student: student.id, code });
    count('PullsRefused', 1);
  }
}

/**
 * Asks Moodle how far a student is, and writes it to the enrolments where it differs. It is noted last, so that
 * what fails half-way is looked at again an hour later.
 */
export async function lookAtStudent(
  session: PullSession,
  criteria: KnownCriteria,
  student: StudentToAsk,
): Promise<void> {
  const { instance, client, clock, states, log } = session;
  const now = clock.now();
  const courses = studentProgress(await getUsersCourses(client, student.moodle_id));
  const digest = progressDigest(courses);
  if (digest === student.digest) return;
  await noteCriteria(courses, criteria, session);
  const look: Look = { instance: instance.id, courses, at: odooDateTime(now / 1000) };
  if (!(await writeCompletion(session, student.id, look))) {
    const about = { instance: instance.id, student: student.id };
    log.warn('Completion left to the next pull: the enrolments kept changing', about);
    return;
  }
  const lastLook: LastLook = {
    digest,
    completed: [...courses].flatMap(([idnumber, { completed }]) => (completed ? idnumber : [])),
    at: new Date(now).toISOString(),
  };
  await states.note(instance.id, `${studentIdnumber(student.id)}@enrolments`, 'completion', lastLook);
}

/** What is remembered of the criteria of the courses that a task has met: each mapping is read at most once. */
type KnownCriteria = Map<string, unknown>;

/** Notes which courses have criteria, where that is not remembered yet. */
async function noteCriteria(
  courses: StudentProgress,
  known: KnownCriteria,
  { instance, mappings, states, clock }: PullSession,
): Promise<void> {
  const unread = [...courses.keys()].filter((idnumber) => !known.has(idnumber));
  const rows = unread.length > 0 ? await mappings.getMany(instance.id, unread) : new Map();
  for (const idnumber of unread) {
    const mapping = rows.get(idnumber);
    known.set(idnumber, mapping && pullStateOf(mapping, 'completion'));
  }
  for (const [idnumber, { hasCriteria }] of courses) {
    const next = nextMemory(known.get(idnumber), hasCriteria, clock.now());
    if (!next) continue;
    known.set(idnumber, next);
    await states.note(instance.id, idnumber, 'completion', next);
  }
}

/** How often records are read again that somebody else has changed in between. */
const attempts = 4;

/** Writes what was seen to the student's enrolments. @returns false where they kept changing meanwhile */
async function writeCompletion(session: PullSession, studentId: string, look: Look): Promise<boolean> {
  const { pulled, count } = session;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const enrolments = await enrolmentsOf(session, studentId);
    if (enrolments.length === 0) count('PeopleUnknown', 1);
    const changes = enrolments.flatMap(({ enrolment, before, stamp }) => {
      const value = nextCompletion(enrolment, before, look);
      return value ? { key: { model: 'op.student.course', id: enrolment.id }, value, stamp } : [];
    });
    const written = await Promise.all(
      changes.map(({ key, value, stamp }) => {
        const read = { name: 'sync_stamp', value: stamp };
        return pulled.setFields(look.instance, key, { [completionAttribute]: value }, read);
      }),
    );
    const successes = written.filter(Boolean).length;
    if (successes > 0) count('RecordsPulled', successes);
    if (successes === changes.length) return true;
  }
  return false;
}

/** The student's enrolments as they are now. Those that cannot be read are not pushed either, and told of there. */
async function enrolmentsOf({ links, records }: PullSession, studentId: string) {
  const ids = await links.sources(recordTarget('op.student', studentId), 'op.student.course');
  const items = await records.getMany('op.student.course', ids);
  return [...items.values()].flatMap((item) => {
    const reading = parseRecord('op.student.course', item);
    if (!reading.ok || reading.record.studentId !== studentId) return [];
    return { enrolment: reading.record, before: item[completionAttribute], stamp: item.sync_stamp };
  });
}
