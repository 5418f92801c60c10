import type { Assignment, CourseModule } from '../../state/activities.ts';
import { escapeName } from '../escape-name.ts';

/** An assignment with the settings that Moodle gives a new one. */
export function assignmentAnswer(module: CourseModule, assignment: Assignment) {
  const { id, grade, allowsubmissionsfromdate, duedate } = assignment;
  return {
    id,
    cmid: module.id,
    course: module.courseid,
    name: escapeName(module.name),
    nosubmissions: 0,
    submissiondrafts: 0,
    sendnotifications: 0,
    sendlatenotifications: 0,
    sendstudentnotifications: 1,
    duedate,
    allowsubmissionsfromdate,
    grade,
    timemodified: module.timemodified,
    completionsubmit: 0,
    cutoffdate: 0,
    gradingduedate: 0,
    teamsubmission: 0,
    requireallteammemberssubmit: 0,
    teamsubmissiongroupingid: 0,
    blindmarking: assignment.blindmarking ? 1 : 0,
    hidegrader: 0,
    revealidentities: assignment.revealidentities ? 1 : 0,
    attemptreopenmethod: 'untilpass',
    maxattempts: 1,
    markingworkflow: assignment.markingworkflow ? 1 : 0,
    markingallocation: 0,
    markinganonymous: 0,
    requiresubmissionstatement: 0,
    preventsubmissionnotingroup: 0,
    configs: [{ plugin: 'comments', subtype: 'assignsubmission', name: 'enabled', value: '0' }],
    intro: '',
    introformat: 1,
    introfiles: [],
    introattachments: [],
    timelimit: 0,
    submissionattachments: 0,
  };
}
