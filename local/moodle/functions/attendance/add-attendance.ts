import { invalidParameter, missingRecord } from '../../moodle-exception.ts';
import { int, object, raw, text, withDefault } from '../../parameters/description.ts';
import { addAttendance as addActivity } from '../../state/attendance-activity.ts';
import { requireLength } from '../require-length.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { groupModes } from './group-modes.ts';

/** `mod_attendance_add_attendance`: one more each time it is called, whatever is there already. */
export const addAttendance = webServiceFunction({
  name: 'mod_attendance_add_attendance',
  parameters: object({
    courseid: int(),
    name: text(),
    intro: withDefault(raw(), ''),
    groupmode: withDefault(int(), groupModes.none),
  }),
  run: ({ courseid, name, groupmode }, { state }) => {
    if (!state.courses.get(courseid)) throw missingRecord('course');
    if (!Object.values<number>(groupModes).includes(groupmode)) throw invalidParameter();
    requireLength({ name }, { name: 255 });
    return { attendanceid: addActivity(state, { courseid, name, groupmode }).id };
  },
});
