import { userId } from '../models/base.ts';
import { pythonError } from '../odoo-exception.ts';
import { unlink } from '../orm/deleting.ts';
import { write } from '../orm/saving.ts';
import { isOf2025, majorOf, type Release } from '../release.ts';
import { idsOf, type Method } from './method.ts';

/** What the buttons of an exam do. */
export const examMethods: Readonly<Record<string, Method>> = {
  act_cancel: {
    names: ['ids'],
    run: (model, { ids }, _context, env) => {
      const exams = idsOf(ids);
      if (isOf2025(env.settings.release)) {
        const attendees = exams.flatMap((exam_id) =>
          env.database.table('op.exam.attendees').having({ exam_id }),
        );
        const of = env.models.get('op.exam.attendees');
        unlink(
          of,
          attendees.map(({ id }) => id),
          env,
        );
      }
      write(model, exams, { state: 'cancel' }, env);
      return true;
    },
  },
};

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
