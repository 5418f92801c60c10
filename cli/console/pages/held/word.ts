import { selectField } from '#cli/console/parts.ts';
import { field, type Visit } from '#cli/console/visit.ts';
import type { Html } from '#shared/http/html.ts';

const minute = 60_000;

/** For how long a word may count, in minutes; never longer than a day. */
const lengths = [30, 60, 120, 240, 480, 1440];

/** A field for how long the word counts. */
export function wordField(visit: Visit): Html {
  const options = lengths.map((minutes) => [String(minutes), lengthText(visit, minutes * minute)] as const);
  return selectField(visit.say('held.for'), 'for', options, '60');
}

/** How long that is, in milliseconds: an hour unless something else was chosen. */
export function wordIn({ form }: Pick<Visit, 'form'>): number {
  const chosen = Number(field(form, 'for'));
  return (lengths.includes(chosen) ? chosen : 60) * minute;
}

/** The same in words. */
export function lengthText({ say }: Pick<Visit, 'say'>, milliseconds: number): string {
  const minutes = milliseconds / minute;
  return minutes < 60 ? say('held.minutes', { count: minutes }) : say('held.hours', { count: minutes / 60 });
}
