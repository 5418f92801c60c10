import { parentIdnumber, studentIdnumber } from '#shared/models/references.ts';
import { presenceOf } from '#shared/moodle/accounts/person-presence.ts';
import { rowOf } from '#shared/moodle/accounts/record-rows.ts';
import { placesIdnumber } from '#shared/moodle/enrolments/places-of-others.ts';
import { takesParents } from '#shared/moodle/instance/instance.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { rowStep } from './row-step.ts';
import { ok, type Step, stop } from './step.ts';

/** Whether an instance has a place for parents at all. */
export function placeForParents(view: RecordView): Step[] {
  if (takesParents(view.instance)) return [];
  return [
    stop(
      'setting',
      `The instance ${view.instance.id} names no role for parents, so they are none of its.`,
      'If parents are to see marks there, see role_ids.parent (docs/conventions.md).',
    ),
  ];
}

/** Over which children's accounts a parent is to have the role, and how far that is. Moodle tells nobody who has it. */
export async function childrenSteps(view: RecordView, id: string): Promise<Step[]> {
  const parent = await view.read('op.parent', id);
  const children = parent.state === 'valid' ? parent.record.studentIds.map(studentIdnumber) : [];
  if (children.length === 0)
    return [
      stop(
        'children',
        'The parent has no children in the ERP.',
        "Enter the parent's students in OpenEduCat.",
      ),
    ];
  const steps = await Promise.all(children.map((child) => childStep(view, child)));
  return [...steps, rowStep('roles', await rowOf(view, placesIdnumber(parentIdnumber(id))))];
}

async function childStep(view: RecordView, child: string): Promise<Step> {
  const about = `child ${child}`;
  const presence = await presenceOf(view, child);
  if (presence.state === 'unreadable') return stop(about, presence.failure.reason, presence.failure.advice);
  if (presence.state === 'gone' || !presence.person.active)
    return ok(about, 'It is archived, deleted or none of this instance, so nobody has a role over it.');
  return rowStep(about, await rowOf(view, child));
}
