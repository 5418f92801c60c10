import { nowInSeconds } from '../now-in-seconds.ts';
import type { Grade, GradeItem } from './gradebook.ts';

/** Whether something is hidden now: 0 never, 1 always, else until that time, as Moodle keeps it. */
export function isHiddenNow(hidden: number): boolean {
  return hidden === 1 || hidden > nowInSeconds();
}

/** Whether the report says that a cell is hidden. What hides the category around it is not looked at. */
export function isCellHidden(item: GradeItem, grade: Grade | undefined): boolean {
  return isHiddenNow(item.hidden) || isHiddenNow(grade?.hidden ?? 0);
}
