import { pulledCode } from './pulled-code.ts';

/** What is graded in Moodle: a quiz or an assignment by its own id, anything else by its column in the gradebook. */
export interface Activity {
  module: 'quiz' | 'assign' | 'item';
  id: number;
}

/** What a column of the gradebook grades. Further columns of an activity, such as outcomes, are on their own. */
export function activityOf(item: {
  id: number;
  itemmodule: string | null;
  iteminstance: number | null;
  itemnumber: number | null;
}): Activity {
  const { itemmodule: module, iteminstance: id } = item;
  const isFirst = (item.itemnumber ?? 0) === 0;
  if ((module === 'quiz' || module === 'assign') && id !== null && isFirst) return { module, id };
  return { module: 'item', id: item.id };
}

/**
 * The id of an activity's op.exam, and of the op.exam.session around it. The module is part of it: a quiz and an
 * assignment may have the same number.
 */
export function examKey(instance: string, { module, id }: Activity): string {
  return `moodle_${instance}_${module}_${id}`;
}

const letters = { quiz: 'MQ', assign: 'MA', item: 'MI' } as const;

/** `exam_code`, unique in OpenEduCat and at most 16 characters: four of them tell the Moodles apart. */
export function examCode(instance: string, { module, id }: Activity): string {
  return pulledCode(letters[module], id, instance);
}

/** The id of an op.exam.attendees. */
export function attendeeKey(instance: string, activity: Activity, student: string): string {
  return `${examKey(instance, activity)}_student_${student}`;
}

/** The id of an op.result.line. */
export function resultKey(instance: string, itemid: number, student: string): string {
  return `moodle_${instance}_item_${itemid}_student_${student}`;
}
