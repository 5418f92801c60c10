import { moodleLimits } from './moodle-limits.ts';
import type { RecordCheck } from './record-check.ts';

/** The name of a department or program as its category takes it. Moodle takes the name `0` for none. */
export function categoryName(name: string | undefined, check: RecordCheck): string {
  if (name === '0') {
    check.report(
      'name',
      'format',
      `This ${check.noun} is called 0, which Moodle takes for no name at all. Give it another name in OpenEduCat.`,
    );
  }
  return check.requiredText('name', name, {
    label: 'name',
    limit: moodleLimits.categoryName,
    purpose: 'for the category',
  });
}
