import { countVariables, type FormValue } from './form.ts';

/**
 * Most form variables of one call. A careless PHP allows 1000 (`max_input_vars`) and drops the rest without a
 * word; what is left is for the token, the function's name and the format.
 */
export const mostVariables = 900;

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
