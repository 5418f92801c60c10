import { userId } from '../models/base.ts';
import { pythonError } from '../odoo-exception.ts';
import { majorOf, type Release } from '../release.ts';
import type { Method } from './methods.ts';

/** Methods of res.users that its own user may call without any right. */
export function userMethods(release: Release): Readonly<Record<string, Method>> {
  return {
    context_get: {
      names: [],
      run: (_model, _args, _context, { settings }) => ({
        lang: 'en_US',
        tz: settings.timeZone ?? false,
        uid: userId,
      }),
    },
    has_group: {
      // From Odoo 18 on it is a method of the user's record.
      names: majorOf(release) >= 18 ? ['ids', 'group_ext_id'] : ['group_ext_id'],
      run: (_model, { group_ext_id: group }, _context, { settings }) => {
        if (group !== undefined) return settings.groups.includes(String(group));
        throw pythonError(
          'TypeError',
          "Users.has_group() missing 1 required positional argument: 'group_ext_id'",
        );
      },
    },
  };
}
