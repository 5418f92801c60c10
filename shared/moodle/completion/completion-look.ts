import { odooDateTime } from '#shared/models/fields/odoo-time.ts';
import { recordTarget } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';
import { studentIdnumber } from '#shared/models/references.ts';
import { getUsersCourses } from '#shared/moodle/functions/enrolments.ts';
import type { PulledRecords, PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { progressDigest, studentProgress } from './completion-answer.ts';
import type { LastLook, StudentToAsk } from './completion-plan.ts';
import type { CriteriaNotes } from './course-criteria.ts';
import { completionAttribute, type Look, nextCompletion } from './moodle-completion.ts';

/** What looking at a student needs of a task's session. */
export type LookSession = Pick<
  PullSession,
  'instance' | 'client' | 'records' | 'links' | 'clock' | 'log' | 'count'
> & { pulled: Pick<PulledRecords, 'setFields'>; states: Pick<PullStates, 'note'> };

/** How often records are read again that somebody else has changed in between. */
const attempts = 4;

/**
 * Asks Moodle how far a student is, and writes it to the enrolments where it differs. It is noted last, so that
 * what fails half-way is looked at again an hour later.
 */
export async function lookAtStudent(
  session: LookSession,
  criteria: CriteriaNotes,
  student: StudentToAsk,
): Promise<void> {
  const { instance, client, clock, states, log } = session;
  const now = clock.now();
  const courses = studentProgress(await getUsersCourses(client, student.moodle_id));
  const digest = progressDigest(courses);
  if (digest === student.digest) return;
  await criteria.note(courses);
  const look: Look = { instance: instance.id, courses, at: odooDateTime(now / 1000) };
  if (!(await writeCompletion(session, student.id, look))) {
    log.warn('Completion left to the next pull: the enrolments kept changing', {
      instance: instance.id,
      student: student.id,
    });
    return;
  }
  const lastLook: LastLook = {
    digest,
    completed: [...courses].flatMap(([idnumber, { completed }]) => (completed ? idnumber : [])),
    at: new Date(now).toISOString(),
  };
  await states.note(instance.id, `${studentIdnumber(student.id)}@enrolments`, 'completion', lastLook);
}

/** Writes what was seen to the student's enrolments. @returns false where they kept changing meanwhile */
async function writeCompletion(session: LookSession, studentId: string, look: Look): Promise<boolean> {
  const { pulled, count } = session;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const enrolments = await enrolmentsOf(session, studentId);
    if (enrolments.length === 0) count('PeopleUnknown', 1);
    const changes = enrolments.flatMap(({ enrolment, before, stamp }) => {
      const value = nextCompletion(enrolment, before, look);
      return value ? { id: enrolment.id, value, stamp } : [];
    });
    const written = await Promise.all(
      changes.map(({ id, value, stamp }) =>
        pulled.setFields(
          look.instance,
          { model: 'op.student.course', id },
          { [completionAttribute]: value },
          { name: 'sync_stamp', value: stamp },
        ),
      ),
    );
    const successes = written.filter(Boolean).length;
    if (successes > 0) count('RecordsPulled', successes);
    if (successes === changes.length) return true;
  }
  return false;
}

/** The student's enrolments as they are now. Those that cannot be read are not pushed either, and told of there. */
async function enrolmentsOf({ links, records }: LookSession, studentId: string) {
  const ids = await links.sources(recordTarget('op.student', studentId), 'op.student.course');
  const items = await records.getMany('op.student.course', ids);
  return [...items.values()].flatMap((item) => {
    const reading = parseRecord('op.student.course', item);
    if (!reading.ok || reading.record.studentId !== studentId) return [];
    return { enrolment: reading.record, before: item[completionAttribute], stamp: item.sync_stamp };
  });
}
