import { unlink } from '../orm/deleting.ts';
import { write } from '../orm/saving.ts';
import { isOf2025 } from '../release.ts';
import { idsOf } from './arguments.ts';
import type { Method } from './methods.ts';

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
