import { missingRecord } from '../../moodle-exception.ts';
import { alphanum, int, object, optionalList, raw } from '../../parameters/description.ts';
import type { CourseModule } from '../../state/activities.ts';
import type { SiteState } from '../../state/site-state.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { type ContentsFilter, contentsFilter } from './contents-options.ts';
import { moduleAnswer } from './module-answer.ts';

/** `core_course_get_contents`: here a course has one section that holds all activities; the site's own has none. */
export const getContents = webServiceFunction({
  name: 'core_course_get_contents',
  parameters: object({
    courseid: int(),
    options: optionalList(object({ name: alphanum(), value: raw() })),
  }),
  run: ({ courseid, options }, { state, siteUrl }) => {
    const filter = contentsFilter(options);
    const course = state.courses.get(courseid);
    if (!course) throw missingRecord('course');
    if (course.format === 'site' || !hasSection(course.id, filter)) return [];
    const modules = state.activities.modules.find('course', courseid);
    return [
      {
        id: course.id,
        name: 'General',
        visible: 1,
        summary: '',
        summaryformat: 1,
        section: 0,
        hiddenbynumsections: 0,
        uservisible: true,
        component: null,
        itemid: null,
        modules: modules
          .filter((module) => isWanted(module, filter))
          .map((module) => moduleAnswer(module, datesOf(module, state), siteUrl)),
      },
    ];
  },
});

/** The times of an activity that are set, as its page shows them. */
function datesOf({ modname, instance }: CourseModule, { activities }: SiteState) {
  const { timeopen = 0, timeclose = 0 } = (modname === 'quiz' && activities.quizzes.get(instance)) || {};
  const assignment = modname === 'assign' ? activities.assignments.get(instance) : undefined;
  const { allowsubmissionsfromdate = 0, duedate = 0 } = assignment ?? {};
  return Object.entries({ timeopen, timeclose, allowsubmissionsfromdate, duedate })
    .filter(([, timestamp]) => timestamp !== 0)
    .map(([dataid, timestamp]) => ({ label: `${dataid}:`, timestamp, dataid }));
}

function hasSection(sectionId: number, { sectionid, sectionnumber }: ContentsFilter): boolean {
  return (
    (sectionid === undefined || Number(sectionid) === sectionId) &&
    (sectionnumber === undefined || Number(sectionnumber) === 0)
  );
}

function isWanted(module: CourseModule, { excludemodules, cmid, modname, modid }: ContentsFilter): boolean {
  if (excludemodules === '1') return false;
  if (cmid !== undefined && Number(cmid) !== module.id) return false;
  if (modname === undefined) return true;
  return modname === module.modname && (modid === undefined || Number(modid) === module.instance);
}
