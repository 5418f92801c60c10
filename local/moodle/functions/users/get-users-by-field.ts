import { invalidParameter, MoodleException } from '../../moodle-exception.ts';
import { isClean } from '../../parameters/clean.ts';
import { alpha, list, object, raw, type ValueType } from '../../parameters/description.ts';
import { installedOf } from '../../parameters/installed-of.ts';
import type { User } from '../../state/records.ts';
import type { SiteState } from '../../state/site-state.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { userAnswer } from './user-answer.ts';

const fields: Record<string, { type: ValueType; find: (state: SiteState, value: string) => User[] }> = {
  id: { type: 'int', find: (state, value) => [state.users.get(Number(value))].flatMap((user) => user ?? []) },
  idnumber: { type: 'raw', find: (state, value) => state.users.find('idnumber', value) },
  username: { type: 'username', find: (state, value) => state.users.find('username', value) },
  email: { type: 'raw_trimmed', find: (state, value) => state.users.find('email', value) },
};

/** `core_user_get_users_by_field`: many values of one field in one call; unknown ones are simply missing. */
export const getUsersByField = webServiceFunction({
  name: 'core_user_get_users_by_field',
  parameters: object({ field: alpha(), values: list(raw()) }),
  run: ({ field, values }, { state, settings, callerId, siteUrl }) => {
    const column = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!column)
      throw new MoodleException(
        'codingerror',
        'Coding error detected, it must be fixed by a programmer: invalid field parameter',
        'core\\exception\\coding_exception',
      );
    if (!values.every((value) => isClean(value, column.type, installedOf(settings))))
      throw invalidParameter();
    const found = new Map(
      values.flatMap((value) => column.find(state, value)).map((user) => [user.id, user]),
    );
    // One's own address is always shown; a user whose searched field is hidden counts as not found.
    const isHidden = (user: User) => settings.identityHidden && user.id !== callerId;
    return [...found.values()]
      .filter((user) => !(field === 'email' && isHidden(user)))
      .sort((a, b) => a.id - b.id)
      .map((user) => userAnswer(isHidden(user) ? { ...user, email: '' } : user, siteUrl));
  },
});
