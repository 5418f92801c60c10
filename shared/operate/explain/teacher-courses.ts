import {
  availabilityOfCourse,
  type CourseAvailability,
  coursesOfSession,
  isTaught,
  type TaughtCourse,
} from '#shared/moodle/enrolments/teaching.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { coursesOfProgram, type Phase } from '#shared/moodle/structure/course-periods.ts';
import { type CourseReason, courseReason, type PersonsCourses } from './course-reason.ts';
import { ok, type Step, stop } from './step.ts';

/** A teacher's lectures and subjects in the ERP, and all courses that they lead to or pass over. */
export async function teacherCourses(view: RecordView, facultyId: string): Promise<PersonsCourses> {
  const steps: Step[] = [];
  const reasons = new Map<string, CourseReason>();
  const add = async (taught: TaughtCourse, isCounted: boolean, phase: Phase) => {
    const reason = await reasonOf(view, taught, isCounted, phase);
    const known = reasons.get(reason.course);
    if (!known || (known.obstacle && !reason.obstacle)) reasons.set(reason.course, reason);
  };
  let lectures = 0;
  for (const id of await view.sources({ model: 'op.faculty', id: facultyId }, 'op.session')) {
    const reading = await view.read('op.session', id);
    if (reading.state === 'missing') continue;
    if (reading.state === 'invalid') {
      steps.push(stop(`lecture ${id}`, reading.failure.reason, 'It counts as soon as it is corrected.'));
    } else if (reading.record.facultyId === facultyId) {
      lectures += 1;
      for (const { period, phase } of await coursesOfSession(view, reading.record))
        await add({ ...reading.record, period }, isTaught(reading.record), phase);
    }
  }
  const teacher = await view.read('op.faculty', facultyId);
  const subjectIds = teacher.state === 'valid' ? teacher.record.subjectIds : [];
  for (const subjectId of subjectIds) {
    for (const programId of await view.sources({ model: 'op.subject', id: subjectId }, 'op.course')) {
      for (const { period, phase } of await coursesOfProgram(view, subjectId, programId))
        await add({ subjectId, programId, period }, true, phase);
    }
  }
  const open = [...reasons.values()].filter(({ obstacle }) => !obstacle);
  const subjects = subjectIds.length > 0 ? `the subjects ${subjectIds.join(', ')}` : 'no subjects';
  const what = `The teacher has ${lectures === 1 ? '1 lecture' : `${lectures} lectures`} in the timetable and ${subjects}`;
  const nowhere: Step = stop(
    'teaching',
    `${what}, which lead to no course here.`,
    "Enter the teacher's subjects, or a lecture, in OpenEduCat.",
  );
  if (open.length > 0) {
    const text = `${what}: ${open.map(({ course }) => course).join(', ')}.`;
    steps.push(ok('teaching', text));
  }
  return { steps, reasons: [...reasons.values()], nowhere };
}

async function reasonOf(
  view: RecordView,
  { subjectId, programId, period }: TaughtCourse,
  isCounted: boolean,
  phase: Phase,
): Promise<CourseReason> {
  const taught = { subjectId, programId, period };
  if (!isCounted) {
    return courseReason(taught, [], {
      text: `All lectures of the teacher in the subject ${subjectId} of the program ${programId} are cancelled or archived.`,
      advice: 'Enter another lecture, or add the subject to those of the teacher, in OpenEduCat.',
    });
  }
  const availability = await availabilityOfCourse(view, taught, phase);
  return courseReason(
    taught,
    [],
    availability === 'open' ? undefined : obstacles(subjectId, programId)[availability],
  );
}

function obstacles(
  subjectId: string,
  programId: string,
): Record<Exclude<CourseAvailability, 'open'>, { text: string; advice: string }> {
  const shows = `\`oec-moodle records show op.subject ${subjectId}\` and \`… op.course ${programId}\` say what is wrong.`;
  return {
    over: {
      text: `The subject ${subjectId} or the program ${programId} is archived or not in the records table.`,
      advice: 'Unarchive it in OpenEduCat if it is still taught.',
    },
    unlisted: {
      text: `The program ${programId} does not list the subject ${subjectId}.`,
      advice: "Add the subject to the program's subjects in OpenEduCat.",
    },
    unreadable: {
      text: `The subject ${subjectId} or the program ${programId} cannot be pushed as it is.`,
      advice: shows,
    },
    early: {
      text: `The course of the subject ${subjectId} is not made yet: its batch or term begins later, or nobody is enrolled in it.`,
      advice:
        'Nothing: it is made some weeks before that begins; the setting courses.made_weeks_before says how many.',
    },
    ended: {
      text: `The course of the subject ${subjectId} in the program ${programId} is over: who has taught it stays in it, and nobody is added.`,
      advice: 'Correct the end date of the batch or term in OpenEduCat if it goes on.',
    },
    outside: {
      text: `The program ${programId} lies in none of the departments that this instance is for.`,
      advice: "Look for the teacher in another instance; this one's setting scope decides.",
    },
    'scope-unknown': {
      text: `It cannot be told whether the program ${programId} belongs into this instance.`,
      advice: 'A department or parent program of it cannot be read: correct it in the ERP.',
    },
  };
}
