import {
  availabilityOfCourse,
  type CourseAvailability,
  isTaught,
} from '#shared/moodle/enrolments/teaching.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { type CourseReason, courseReason, type PersonsCourses } from './course-reason.ts';
import { ok, type Step, stop } from './step.ts';

/** A teacher's lectures and subjects in the ERP, and all courses that they lead to or pass over. */
export async function teacherCourses(view: RecordView, facultyId: string): Promise<PersonsCourses> {
  const steps: Step[] = [];
  const reasons = new Map<string, CourseReason>();
  const add = async (subjectId: string, programId: string, isCounted: boolean) => {
    const reason = await reasonOf(view, subjectId, programId, isCounted);
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
      await add(reading.record.subjectId, reading.record.programId, isTaught(reading.record));
    }
  }
  const teacher = await view.read('op.faculty', facultyId);
  const subjectIds = teacher.state === 'valid' ? teacher.record.subjectIds : [];
  for (const subjectId of subjectIds) {
    for (const programId of await view.sources({ model: 'op.subject', id: subjectId }, 'op.course')) {
      await add(subjectId, programId, true);
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
  subjectId: string,
  programId: string,
  isCounted: boolean,
): Promise<CourseReason> {
  if (!isCounted) {
    return courseReason(subjectId, programId, [], {
      text: `All lectures of the teacher in the subject ${subjectId} of the program ${programId} are cancelled or archived.`,
      advice: 'Enter another lecture, or add the subject to those of the teacher, in OpenEduCat.',
    });
  }
  const availability = await availabilityOfCourse(view, subjectId, programId);
  return courseReason(
    subjectId,
    programId,
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
