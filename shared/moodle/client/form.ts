/** What can be sent to Moodle. Values that are undefined are left out; Moodle then takes its own default. */
export type FormValue =
  | string
  | number
  | boolean
  | undefined
  | readonly FormValue[]
  | { readonly [key: string]: FormValue };

/** The arguments of a web service function, by parameter name. */
export type FormArguments = { readonly [parameter: string]: FormValue };

/**
 * Encodes arguments the way PHP reads nested arrays: `users[0][username]=ana`. Booleans become 1 and 0, because
 * Moodle does not understand `true`. An empty list sends nothing at all, which Moodle takes for a missing
 * parameter: callers leave calls with nothing to say unmade.
 */
export function encodeForm(formArguments: FormArguments): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of variablesOf(formArguments)) form.append(name, value);
  return form;
}

/**
 * The number of form variables that the value takes. PHP silently drops what is past `max_input_vars`, so calls
 * are cut by this number.
 */
export function countVariables(value: FormValue): number {
  if (value === undefined) return 0;
  if (typeof value !== 'object') return 1;
  return Object.values(value).reduce<number>((sum, part) => sum + countVariables(part), 0);
}

/**
 * Most form variables of one call. A careless PHP allows 1000 (`max_input_vars`) and drops the rest without a
 * word; what is left is for the token, the function's name and the format.
 */
const mostVariables = 900;

/**
 * Cuts items into calls that stay within the limit of form variables, in their order.
 *
 * @param cost what an item becomes in the form, or how many variables that is
 * @param limit most variables of one call; an item that is larger by itself goes alone
 */
export function chunkByVariables<Item>(
  items: readonly Item[],
  cost: (item: Item) => number | { readonly [key: string]: FormValue },
  limit = mostVariables,
): Item[][] {
  const chunks: Item[][] = [];
  let chunk: Item[] = [];
  let used = 0;
  for (const item of items) {
    const value = cost(item);
    const variables = typeof value === 'number' ? value : countVariables(value);
    if (chunk.length > 0 && used + variables > limit) {
      chunks.push(chunk);
      chunk = [];
      used = 0;
    }
    chunk.push(item);
    used += variables;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

function* variablesOf(value: FormValue, name = ''): Generator<[string, string]> {
  if (value === undefined) return;
  if (typeof value === 'boolean') yield [name, value ? '1' : '0'];
  else if (typeof value !== 'object') yield [name, String(value)];
  else {
    for (const [key, part] of Object.entries(value)) {
      yield* variablesOf(part, name === '' ? key : `${name}[${key}]`);
    }
  }
}
