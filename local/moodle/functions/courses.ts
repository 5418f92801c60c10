import type { Received } from '#shared/moodle/functions/parameters.ts';
import { holds, requireCapability } from '../capabilities.ts';
import {
  invalidParameter,
  invalidParameterNamed,
  MoodleException,
  missingRecord,
  phpError,
  warningOf,
} from '../moodle-exception.ts';
import { nowInSeconds } from '../now-in-seconds.ts';
import type { MoodleSettings } from '../settings.ts';
import { addAnnouncements, modulesOf } from '../state/course-modules.ts';
import { blankCourse } from '../state/install-site.ts';
import type { Course } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { requireValidCourse } from './course-rules.ts';
import { columnsSetBy, commaSeparatedIds, escapeName } from './values.ts';
import type { WebServiceFunctions } from './web-service-function.ts';

export const courseFunctions = {
  /** All or nothing. */
  core_course_create_courses: {
    commitsLater: true,
    capability: 'moodle/course:create',
    run: ({ courses }, { state, settings }) =>
      courses.map((course) => {
        if (!state.categories.get(course.categoryid))
          throw new MoodleException(
            'errorcatcontextnotvalid',
            `You cannot execute functions in the category context (category id:${course.categoryid}).`,
          );
        const startdate = course.startdate ?? midnight();
        // The settings of a fresh site: courses end, after a year.
        const dates = { startdate, enddate: course.enddate ?? startdate + 365 * 86_400 };
        const row = {
          ...blankCourse(),
          ...columnsSetBy(course, blankCourse()),
          ...sectionsOf(course),
          lang: languageOf(course, settings),
          ...dates,
        };
        requireValidCourse({ state, release: settings.release }, row, dates);
        const { id, shortname } = state.courses.insert(row);
        if (course.newsitems > 0) addAnnouncements(state, id);
        return { id, shortname };
      }),
  },
  /** The good items are applied, the bad ones are warnings. */
  core_course_update_courses: {
    run: ({ courses }, { state, settings }) => ({
      warnings: courses.flatMap(
        (change) =>
          warningOf({ item: 'course', itemid: change.id, release: settings.release }, () =>
            updateCourse(change, state, settings),
          ) ?? [],
      ),
    }),
  },
  /** Without a field all courses, the site's own (id 1) among them. */
  core_course_get_courses_by_field: {
    run: ({ field, value }, { state }) => {
      const finder = Object.hasOwn(finders, field) ? finders[field] : undefined;
      if (!finder) throw invalidParameter();
      return { courses: finder(state, value).map((course) => courseAnswer(course, state)), warnings: [] };
    },
  },
} satisfies Partial<WebServiceFunctions>;

type NewCourse = Received<'core_course_create_courses'>['courses'][number];

/** Of today, in UTC. */
function midnight(): number {
  const now = nowInSeconds();
  return now - (now % 86_400);
}

type CourseChange = Received<'core_course_update_courses'>['courses'][number];

function updateCourse(change: CourseChange, state: SiteState, settings: MoodleSettings): void {
  const course = state.courses.get(change.id);
  if (!course) throw missingRecord('course');
  const changes = columnsSetBy(change, blankCourse());
  if (change.summary !== undefined && change.summary !== course.summary)
    requireCapability(settings, 'moodle/course:changesummary');
  requireValidCourse({ state, release: settings.release }, { ...course, ...changes }, change, course.id);
  if (change.categoryid !== undefined && !state.categories.get(change.categoryid))
    throw missingRecord('course_categories');
  state.courses.update(course.id, { ...changes, timemodified: nowInSeconds() });
  const { newsitems = course.newsitems } = changes;
  if (newsitems > 0 && modulesOf(state, course.id, 'forum').length === 0) addAnnouncements(state, course.id);
}

/** @throws MoodleException `errorinvalidparam` for a language that is not installed */
function languageOf({ lang }: NewCourse, settings: MoodleSettings): string {
  if (lang === undefined) return '';
  if (!settings.languages.includes(lang)) throw invalidParameterNamed('lang');
  return holds(settings, 'moodle/course:setforcedlanguage') ? lang : '';
}

function sectionsOf({ courseformatoptions, numsections }: NewCourse): { numsections?: number } {
  const option = courseformatoptions.find(({ name }) => name === 'numsections');
  const wanted = option ? Number(option.value) : numsections;
  return wanted === undefined ? {} : { numsections: wanted };
}

const finders: Record<string, (state: SiteState, value: string) => readonly Course[]> = {
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

/** One id that does not exist breaks Moodle 4.5's own code (util::validate_courses) for the whole list. */
function requireLoadedCourse(state: SiteState, id: number): Course {
  const course = state.courses.get(id);
  if (!course) throw phpError('Attempt to assign property "contextvalidated" on null');
  return course;
}

/** Moodle answers a summary cleaned, without its filters: measured on 4.5 and 5.1. */
function cleaned(html: string): string {
  return html.replaceAll('<br>', '<br />').replaceAll('&quot;', '"').replaceAll('&apos;', "'");
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
    summary: cleaned(course.summary),
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
    newsitems: course.newsitems,
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
