import { MoodleException } from '../moodle-exception.ts';
import type { SiteState } from '../state/site-state.ts';

const NAME_LIMIT = 255;
const IDNUMBER_LIMIT = 100;

/** @throws MoodleException `categorynamerequired`, `categorytoolong` */
export function requireCategoryName(name: string): void {
  // PHP takes `0` for empty.
  if (name === '' || name === '0')
    throw new MoodleException('categorynamerequired', 'Category name is required');
  if ([...name].length > NAME_LIMIT) throw new MoodleException('categorytoolong', 'Category name too long');
}

/** @throws MoodleException `idnumbertoolong`, or `categoryidnumbertaken` when another category has it */
export function requireFreeCategoryIdnumber(state: SiteState, idnumber: string, ownId?: number): void {
  if (idnumber === '') return;
  if ([...idnumber].length > IDNUMBER_LIMIT)
    throw new MoodleException('idnumbertoolong', 'ID number is too long');
  const owner = state.categoryByIdnumber(idnumber);
  if (owner && owner.id !== ownId)
    throw new MoodleException('categoryidnumbertaken', 'ID number is already used for another category');
}
