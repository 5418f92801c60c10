import { batchIdnumber, cohortIdnumber, programIdnumber } from '#shared/models/references.ts';
import { takesService } from '#shared/moodle/instance/instance.ts';
import { batchGroupIdnumber } from '#shared/moodle/structure/batch-group.ts';
import { coursesOfEnrolment } from './enrolment-courses.ts';
import { periodOfEnrolment } from './enrolment-period.ts';
import { addCourse, addPeriod, personCourses } from './person-courses.ts';

/** op.student.course → the student role in the courses of the enrolment's subjects, and the group of its batch there. */
export const enrolments = personCourses({
  name: 'enrolments',
  model: 'op.student',
  role: 'student',
  records: {
    model: 'op.student.course',
    isOf: ({ studentId }, person) => studentId === person,
    prepare: async (view, records) => {
      await view.load(
        'op.batch',
        records.flatMap(({ batchId }) => batchId ?? []),
      );
      const programs = await view.readMany(
        'op.course',
        records.map(({ programId }) => programId),
      );
      const subjectIds = programs.flatMap((program) =>
        program.state === 'valid' ? program.record.subjectIds : [],
      );
      await view.load('op.subject', [...subjectIds, ...records.flatMap((record) => record.subjectIds)]);
    },
    take: async (view, enrolment, { courses, periods, cohorts, doubts }) => {
      const led = await coursesOfEnrolment(view, enrolment, doubts);
      // A batch that cannot be pushed has no group; its students still need their courses.
      const { programId, batchId } = enrolment;
      const { period, failure } = led.courses.length > 0 ? await periodOfEnrolment(view, enrolment) : {};
      for (const course of led.courses) {
        addCourse(courses, course, batchId === undefined ? [] : [batchGroupIdnumber(batchId, course)]);
        addPeriod(periods, course, period);
      }
      if (led.isStudying && takesService(view.instance, 'program_cohorts'))
        cohorts.add(cohortIdnumber(programIdnumber(programId)));
      if (led.isStudying && batchId !== undefined && takesService(view.instance, 'batch_cohorts'))
        cohorts.add(cohortIdnumber(batchIdnumber(batchId)));
      return led.failure ?? failure;
    },
  },
});
