import { invalidParameter, phpError } from '../../moodle-exception.ts';
import { alpha, object, raw, withDefault } from '../../parameters/description.ts';
import type { Course } from '../../state/records.ts';
import type { SiteState } from '../../state/site-state.ts';
import { commaSeparatedIds } from '../comma-separated-ids.ts';
import { escapeName } from '../escape-name.ts';
import { webServiceFunction } from '../web-service-function.ts';

const finders: Record<string, (state: SiteState, value: string) => Course[]> = {
  '': (state) => state.courses.all(),
  id: (state, value) =>
    commaSeparatedIds(value)
      .slice(0, 1)
      .flatMap((id) => state.courses.get(id) ?? []),
  ids: (state, value) => commaSeparatedIds(value).map((id) => requireLoadedCourse(state, id)),
  shortname: (state, value) => state.courses.find('shortname', value),
  idnumber: (state, value) => state.courses.find('idnumber', value),
  category: (state, value) => state.courses.find('category', commaSeparatedIds(value)[0] ?? 0),
};

/** `core_course_get_courses_by_field`: without a field all courses, the site's own (id 1) among them. */
export const getCoursesByField = webServiceFunction({
  name: 'core_course_get_courses_by_field',
  parameters: object({ field: withDefault(alpha(), ''), value: withDefault(raw(), '') }),
  run: ({ field, value }, { state }) => {
    const finder = Object.hasOwn(finders, field) ? finders[field] : undefined;
    if (!finder) throw invalidParameter();
    return { courses: finder(state, value).map((course) => courseAnswer(course, state)), warnings: [] };
  },
});

/** One id that does not exist breaks Moodle 4.5's own code (util::validate_courses) for the whole list. */
function requireLoadedCourse(state: SiteState, id: number): Course {
  const course = state.courses.get(id);
  if (!course) throw phpError('Attempt to assign property "contextvalidated" on null');
  return course;
}

function courseAnswer(course: Course, state: SiteState) {
  return {
    id: course.id,
    fullname: escapeName(course.fullname),
    displayname: escapeName(course.fullname),
    shortname: escapeName(course.shortname),
    categoryid: course.categoryid,
    categoryname: escapeName(state.categories.get(course.categoryid)?.name ?? ''),
    sortorder: course.id,
    summary: course.summary,
    summaryformat: 1,
    summaryfiles: [],
    overviewfiles: [],
    showactivitydates: true,
    showcompletionconditions: true,
    contacts: [],
    enrollmentmethods: course.manualEnrolment ? ['manual'] : [],
    customfields: [],
    idnumber: course.idnumber,
    format: course.format,
    showgrades: course.showgrades ? 1 : 0,
    newsitems: 5,
    startdate: course.startdate,
    enddate: course.enddate,
    maxbytes: 0,
    showreports: 0,
    visible: course.visible ? 1 : 0,
    groupmode: course.groupmode,
    groupmodeforce: course.groupmodeforce,
    defaultgroupingid: 0,
    enablecompletion: course.enablecompletion ? 1 : 0,
    completionnotify: 0,
    lang: course.lang,
    theme: '',
    timecreated: course.timecreated,
    timemodified: course.timemodified,
    filters: [],
    courseformatoptions: [],
  };
}
