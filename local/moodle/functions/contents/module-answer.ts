import type { CourseModule } from '../../state/activities.ts';
import { escapeName } from '../escape-name.ts';

const kinds: Record<CourseModule['modname'], { modplural: string; purpose: string }> = {
  assign: { modplural: 'Assignments', purpose: 'assessment' },
  attendance: { modplural: 'Attendances', purpose: 'administration' },
  forum: { modplural: 'Forums', purpose: 'collaboration' },
  quiz: { modplural: 'Quizzes', purpose: 'assessment' },
};

/** A time of an activity; `dataid` is the name of its setting. */
export type ActivityDate = { label: string; timestamp: number; dataid: string };

/** An activity as `core_course_get_contents` answers it to somebody who may see hidden ones. */
export function moduleAnswer(module: CourseModule, dates: ActivityDate[], siteUrl: string) {
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
