import { MoodleException, missingRecord } from '../moodle-exception.ts';
import type { CourseModule } from '../state/activities.ts';
import type { SiteState } from '../state/site-state.ts';
import { escapeName } from './values.ts';
import type { WebServiceFunctions } from './web-service-function.ts';

export const contentsFunctions = {
  /** Here the first section of a course holds all activities; the site's own has none. */
  core_course_get_contents: {
    run: ({ courseid, options }, { state, siteUrl }) => {
      const filter = contentsFilter(options);
      const course = state.courses.get(courseid);
      if (!course) throw missingRecord('course');
      if (course.format === 'site') return [];
      const modules = state.activities.modules.find('course', courseid);
      const sections = Array.from({ length: course.numsections + 1 }, (_, number) => ({
        id: course.id + number * 1_000_000,
        name: number === 0 ? 'General' : 'New section',
        visible: 1,
        summary: '',
        summaryformat: 1,
        section: number,
        hiddenbynumsections: 0,
        uservisible: true,
        component: null,
        itemid: null,
        modules: (number === 0 ? modules : [])
          .filter((module) => isWanted(module, filter))
          .map((module) => moduleAnswer(module, datesOf(module, state), siteUrl)),
      }));
      return sections.filter((section) => isWantedSection(section, filter));
    },
  },
} satisfies Partial<WebServiceFunctions>;

/** The times of an activity that are set, as its page shows them. */
function datesOf({ modname, instance }: CourseModule, { activities }: SiteState) {
  const { timeopen = 0, timeclose = 0 } = (modname === 'quiz' && activities.quizzes.get(instance)) || {};
  const assignment = modname === 'assign' ? activities.assignments.get(instance) : undefined;
  const { allowsubmissionsfromdate = 0, duedate = 0 } = assignment ?? {};
  return Object.entries({ timeopen, timeclose, allowsubmissionsfromdate, duedate })
    .filter(([, timestamp]) => timestamp !== 0)
    .map(([dataid, timestamp]) => ({ label: `${dataid}:`, timestamp, dataid }));
}

function isWantedSection(
  { id, section }: { id: number; section: number },
  { sectionid, sectionnumber }: ContentsFilter,
): boolean {
  return (
    (sectionid === undefined || Number(sectionid) === id) &&
    (sectionnumber === undefined || Number(sectionnumber) === section)
  );
}

function isWanted(module: CourseModule, { excludemodules, cmid, modname, modid }: ContentsFilter): boolean {
  if (excludemodules === '1') return false;
  if (cmid !== undefined && Number(cmid) !== module.id) return false;
  if (modname === undefined) return true;
  return modname === module.modname && (modid === undefined || Number(modid) === module.instance);
}

/** What `core_course_get_contents` filters by. */
type ContentsFilter = { [name in (typeof names)[number]]?: string };

const names = [
  'excludemodules',
  'excludecontents',
  'includestealthmodules',
  'sectionid',
  'sectionnumber',
  'cmid',
  'modname',
  'modid',
] as const;

/** @throws MoodleException `errorinvalidparam` for an unknown option or a module name that cannot be one */
function contentsFilter(options: readonly { name: string; value: string }[]): ContentsFilter {
  const filter: ContentsFilter = {};
  for (const { name, value } of options) {
    const known = names.find((each) => each === name);
    if (!known || (known === 'modname' && !/^[a-z][a-z0-9_]*$/.test(value))) throw invalidOption(name);
    // Of an option that is given twice the first one counts.
    filter[known] ??= value;
  }
  return filter;
}

function invalidOption(name: string): MoodleException {
  return new MoodleException('errorinvalidparam', `The param "${name}" is invalid.`);
}

const kinds: Record<CourseModule['modname'], { modplural: string; purpose: string }> = {
  assign: { modplural: 'Assignments', purpose: 'assessment' },
  attendance: { modplural: 'Attendances', purpose: 'administration' },
  forum: { modplural: 'Forums', purpose: 'collaboration' },
  quiz: { modplural: 'Quizzes', purpose: 'assessment' },
};

/** A time of an activity; `dataid` is the name of its setting. */
type ActivityDate = { label: string; timestamp: number; dataid: string };

/** An activity as `core_course_get_contents` answers it to somebody who may see hidden ones. */
function moduleAnswer(module: CourseModule, dates: ActivityDate[], siteUrl: string) {
  const { modname } = module;
  return {
    id: module.id,
    url: `${siteUrl}/mod/${modname}/view.php?id=${module.id}`,
    name: escapeName(module.name),
    instance: module.instance,
    contextid: 1_000_000 + module.id,
    visible: module.visible ? 1 : 0,
    uservisible: true,
    visibleoncoursepage: 1,
    modicon: `${siteUrl}/theme/image.php/boost/${modname}/1/monologo?filtericon=1`,
    modname,
    ...kinds[modname],
    branded: false,
    availability: null,
    indent: 0,
    onclick: '',
    afterlink: null,
    ...(modname === 'forum' && { activitybadge: [] }),
    customdata: modname === 'forum' ? '{"trackingtype":"1"}' : '""',
    noviewlink: false,
    completion: module.completion ? 1 : 0,
    ...(module.completion && { completiondata: untracked }),
    downloadcontent: 1,
    dates,
    groupmode: module.groupmode,
  };
}

/** How far the token's user is, who is no student. */
const untracked = {
  state: 0,
  timecompleted: 0,
  overrideby: null,
  valueused: false,
  hascompletion: true,
  isautomatic: false,
  istrackeduser: false,
  uservisible: true,
  details: [],
  isoverallcomplete: false,
};
