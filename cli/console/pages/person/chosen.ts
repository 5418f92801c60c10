import type { Visit } from '#cli/console/visit.ts';
import { usageError } from '#cli/operator-error.ts';
import { type PersonModel, personNouns } from '#shared/operate/explain/person.ts';

/** The person whom a page is about. */
export interface Chosen {
  model: PersonModel;
  id: string;
}

const kinds = { student: 'op.student', teacher: 'op.faculty', parent: 'op.parent' } as const;

/** @throws OperatorError where the address names no person */
export function chosen({ params }: Visit): Chosen {
  const { kind = '', id = '' } = params;
  if (!Object.hasOwn(kinds, kind) || !/^[1-9]\d{0,17}$/.test(id))
    throw usageError('This address names no person.', 'Look for the person anew.');
  return { model: kinds[kind as keyof typeof kinds], id };
}

export function pathOf({ model, id }: Chosen): string {
  return `/person/${personNouns[model]}/${id}`;
}
