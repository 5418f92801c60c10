import type { ChoiceOptions, FilterOptions } from '#cli/commands/failures/choice.ts';
import { hasFilter } from '#cli/commands/failures/choice.ts';
import type { Name } from '#cli/commands/failures/failure-target.ts';
import { targets } from '#cli/commands/failures/targets.ts';
import { address } from '#cli/console/parts.ts';
import { type Fields, field, fieldsOf } from '#cli/console/visit.ts';

/** Which failures an address or a form asks for. */
export function filterOf(fields: Fields): FilterOptions {
  const given = (name: string) => field(fields, name) || undefined;
  return {
    target: field(fields, 'target') === 'erp' ? 'erp' : 'moodle',
    instance: given('instance'),
    model: given('model'),
    status: given('status'),
    reason: given('reason'),
  };
}

/** A filter as the fields that `filterOf` reads. */
export function filterFields({ target, instance, model, status, reason }: FilterOptions) {
  return { target, instance, model, status, reason };
}

/** What a form has chosen; undefined where it chose nothing. `scope` is `all` or `ticked`. */
export function choiceOf(form: Fields): (ChoiceOptions & { arrived?: boolean }) | undefined {
  const filter = filterOf(form);
  const { target } = filter;
  const [names, message] = [fieldsOf(form, 'row').map(nameIn), fieldsOf(form, 'message')];
  if (field(form, 'scope') === 'arrived') return { target, arrived: true };
  if (field(form, 'scope') === 'all') return hasFilter(filter) ? filter : { ...filter, all: true };
  if (message.length > 0) return { target, message };
  return names.length > 0 ? { target, names } : undefined;
}

/** The two words that name a failure, of what a program gets of it. */
export function nameIn(text: string): Name;
export function nameIn(data: Readonly<Record<string, unknown>>, target: FilterOptions['target']): Name;
export function nameIn(
  from: string | Readonly<Record<string, unknown>>,
  target: FilterOptions['target'] = 'moodle',
): Name {
  if (typeof from !== 'string') {
    const [first, second] = targets[target].nameParts;
    return [String(from[first]), String(from[second])];
  }
  const end = from.indexOf(' ');
  return [from.slice(0, end), from.slice(end + 1)];
}

/** Where everything of one failure is told. */
export function addressOf(target: FilterOptions['target'], [first, second]: Name): string {
  return address('/failures/one', { target, first, second });
}
