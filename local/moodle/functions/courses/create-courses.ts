import { MoodleException } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import { addAnnouncements } from '../../state/course-modules.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { createCoursesParameters } from './course-parameters.ts';
import { requireValidCourse } from './course-rules.ts';

/** `core_course_create_courses`: all or nothing. */
export const createCourses = webServiceFunction({
  name: 'core_course_create_courses',
  commitsLater: true,
  capability: 'moodle/course:create',
  parameters: createCoursesParameters,
  run: ({ courses }, { state, settings: { release } }) =>
    courses.map((course) => {
      if (!state.categories.get(course.categoryid))
        throw new MoodleException(
          'errorcatcontextnotvalid',
          `You cannot execute functions in the category context (category id:${course.categoryid}).`,
        );
      const row = {
        fullname: course.fullname,
        shortname: course.shortname,
        idnumber: course.idnumber ?? '',
        categoryid: course.categoryid,
        summary: course.summary ?? '',
        format: course.format,
        startdate: course.startdate ?? 0,
        enddate: course.enddate ?? 0,
        visible: course.visible !== 0,
        groupmode: course.groupmode,
        groupmodeforce: course.groupmodeforce,
        enablecompletion: course.enablecompletion !== 0,
        lang: course.lang ?? '',
        showgrades: course.showgrades !== 0,
        reportShows: { grade: true, range: true, weight: true },
        manualEnrolment: true,
        timecreated: nowInSeconds(),
        timemodified: nowInSeconds(),
      };
      requireValidCourse({ state, release }, row);
      const { id, shortname } = state.courses.insert(row);
      if (course.newsitems > 0) addAnnouncements(state, id);
      return { id, shortname };
    }),
});
