import { invalidParameter } from '../../moodle-exception.ts';
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
import { groupLengths, requireFreeGroupIdnumber, requireFreeGroupName } from './group-rules.ts';

/** `core_group_update_groups`: all or nothing; the name must be given even where it stays. Answers null. */
export const updateGroups = webServiceFunction({
  name: 'core_group_update_groups',
  capability: 'moodle/course:managegroups',
  parameters: object({
    groups: list(
      object({
        id: int(),
        name: text(),
        description: optional(raw()),
        descriptionformat: withDefault(int(), 1),
        enrolmentkey: optional(raw()),
        idnumber: optional(raw()),
        visibility: optional(text()),
        participation: optional(bool()),
        customfields: optionalList(object({ shortname: alphanumext(), value: raw() })),
      }),
    ),
  }),
  run: ({ groups }, { state }) => {
    for (const { id, description, enrolmentkey, visibility, participation, ...keys } of groups) {
      const name = keys.name.trim();
      const idnumber = keys.idnumber?.trim();
      const group = state.groups.get(id);
      if (!group) throw invalidParameter();
      const { courseid } = group;
      // The group itself counts: its name cannot change in case or accents only.
      if (keys.name !== group.name) requireFreeGroupName(state, courseid, keys.name);
      if (idnumber !== undefined) requireFreeGroupIdnumber(state, courseid, idnumber, id);
      const row = { name, description, enrolmentkey, idnumber, participation };
      requireLength(row, groupLengths);
      state.groups.update(id, {
        ...row,
        visibility: visibility === undefined ? undefined : Number(visibility),
      });
    }
    return null;
  },
});
