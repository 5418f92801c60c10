import {
  alphanumext,
  bool,
  int,
  list,
  object,
  optional,
  optionalList,
  raw,
  text,
  withDefault,
} from '../../parameters/description.ts';
import { requireLength } from '../require-length.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { groupAnswer } from './group-answer.ts';
import {
  groupLengths,
  requireCourseContext,
  requireFreeGroupIdnumber,
  requireFreeGroupName,
} from './group-rules.ts';

/** `core_group_create_groups`: all or nothing. */
export const createGroups = webServiceFunction({
  name: 'core_group_create_groups',
  commitsLater: true,
  capability: 'moodle/course:managegroups',
  parameters: object({
    groups: list(
      object({
        courseid: int(),
        name: text(),
        description: raw(),
        descriptionformat: withDefault(int(), 1),
        enrolmentkey: optional(raw()),
        idnumber: optional(raw()),
        visibility: withDefault(int(), 0),
        participation: withDefault(bool(), true),
        customfields: optionalList(object({ shortname: alphanumext(), value: raw() })),
      }),
    ),
  }),
  run: ({ groups }, { state }) =>
    groups.map((group) => {
      const row = {
        courseid: group.courseid,
        // Groups alone cut blanks off; other names keep them.
        name: group.name.trim(),
        idnumber: (group.idnumber ?? '').trim(),
        description: group.description,
        enrolmentkey: group.enrolmentkey ?? '',
        visibility: group.visibility,
        participation: group.participation,
      };
      // Moodle looks for the name as it was sent: one that is free only with its blanks becomes a second one.
      requireFreeGroupName(state, row.courseid, group.name);
      requireCourseContext(state, row.courseid);
      requireFreeGroupIdnumber(state, row.courseid, row.idnumber);
      requireLength(row, groupLengths);
      return groupAnswer(state.groups.insert(row));
    }),
});
