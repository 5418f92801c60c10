import type { Group } from '../../state/records.ts';

/** A group as the group functions answer it; its name is not escaped, unlike a course's. */
export function groupAnswer(group: Group) {
  return {
    id: group.id,
    courseid: group.courseid,
    name: group.name,
    description: group.description,
    descriptionformat: 1,
    enrolmentkey: group.enrolmentkey,
    idnumber: group.idnumber,
    visibility: group.visibility,
    participation: group.participation,
  };
}
