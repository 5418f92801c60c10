import { missingRecord } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import type { Infer } from '../../parameters/description.ts';
import type { SiteState } from '../../state/site-state.ts';
import { warningOf } from '../warning.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { updateCoursesParameters } from './course-parameters.ts';
import { requireValidCourse } from './course-rules.ts';

type CourseChange = Infer<typeof updateCoursesParameters>['courses'][number];

/** `core_course_update_courses`: the good items are applied, the bad ones are warnings. */
export const updateCourses = webServiceFunction({
  name: 'core_course_update_courses',
  parameters: updateCoursesParameters,
  run: ({ courses }, { state, settings: { release } }) => ({
    warnings: courses.flatMap(
      (change) =>
        warningOf({ item: 'course', itemid: change.id, release }, () =>
          updateCourse(change, state, release),
        ) ?? [],
    ),
  }),
});

function updateCourse(change: CourseChange, state: SiteState, release: string): void {
  const course = state.courses.get(change.id);
  if (!course) throw missingRecord('course');
  requireValidCourse(
    { state, release },
    {
      fullname: change.fullname ?? course.fullname,
      shortname: change.shortname ?? course.shortname,
      idnumber: change.idnumber ?? course.idnumber,
      startdate: change.startdate ?? course.startdate,
      enddate: change.enddate ?? course.enddate,
    },
    course.id,
  );
  if (change.categoryid !== undefined && !state.categories.get(change.categoryid))
    throw missingRecord('course_categories');
  state.courses.update(course.id, {
    fullname: change.fullname,
    shortname: change.shortname,
    idnumber: change.idnumber,
    categoryid: change.categoryid,
    summary: change.summary,
    format: change.format,
    startdate: change.startdate,
    enddate: change.enddate,
    visible: flag(change.visible),
    groupmode: change.groupmode,
    groupmodeforce: change.groupmodeforce,
    showgrades: flag(change.showgrades),
    enablecompletion: flag(change.enablecompletion),
    lang: change.lang,
    timemodified: nowInSeconds(),
  });
}

function flag(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== 0;
}
