import { requireCapability } from '../capabilities.ts';
import { MoodleException } from '../moodle-exception.ts';
import type { CourseModule } from '../state/activities.ts';
import { addAttendance } from '../state/attendance-activity.ts';
import { addModule } from '../state/course-modules.ts';
import { addGradeItem, itemOfActivity } from '../state/grades.ts';
import type { SiteState } from '../state/site-state.ts';
import type { WebServiceFunctions } from './web-service-function.ts';

export const importFunctions = {
  /** Adds what the one course holds to the other one, as often as it is called. */
  core_course_import_course: {
    run: ({ importfrom, importto, deletecontent, options }, { state, settings }) => {
      // Emptying the course first, which takes its groups and enrolments along, is not simulated.
      if (deletecontent !== 0) throw invalidOption(String(deletecontent));
      const [from, to] = [state.courses.get(importfrom), state.courses.get(importto)];
      if (!from || !to)
        throw new MoodleException('invalidcourseid', 'You are trying to use an invalid course ID');
      for (const { name, value } of options)
        if (!known.has(name) || !['0', '1'].includes(value)) throw invalidOption(name);
      requireCapability(settings, 'moodle/backup:backuptargetimport');
      requireCapability(settings, 'moodle/restore:restoretargetimport');
      if (from.format === 'site')
        throw new MoodleException('backupprecheckerrors', 'webservice/backupprecheckerrors');
      const numsections = Math.max(from.numsections, to.numsections);
      state.courses.update(to.id, { numsections, importedFrom: from.shortname });
      for (const { id: _id, ...group } of state.groups.find('course', from.id))
        if (!state.groups.first('name', `${to.id}/${group.name}`))
          state.groups.insert({ ...group, courseid: to.id });
      for (const module of state.activities.modules.find('course', from.id)) copyModule(state, module, to.id);
      return null;
    },
  },
} satisfies Partial<WebServiceFunctions>;

const known = new Set(['activities', 'blocks', 'filters']);

function invalidOption(name: string): MoodleException {
  return new MoodleException('invalidextparam', `Invalid external api parameter: ${name}`);
}

/** A course's activity, with its column in the gradebook, once more in another course. */
function copyModule(state: SiteState, { id: _id, ...module }: CourseModule, courseid: number): void {
  const { modname, name, groupmode } = module;
  if (modname === 'attendance') {
    addAttendance(state, { courseid, name, groupmode });
    return;
  }
  const { assignments, quizzes, forums } = state.activities;
  const tables = { assign: assignments, quiz: quizzes, forum: forums };
  const { id: _own, ...row } = tables[modname].get(module.instance)!;
  const instance = tables[modname].insert(row as never).id;
  addModule(state, { ...module, courseid, instance });
  const item = itemOfActivity(state, modname, module.instance);
  if (!item) return;
  const { id: _item, ...column } = item;
  addGradeItem(state, courseid, { ...column, itemtype: 'mod', categoryid: null, iteminstance: instance });
}
