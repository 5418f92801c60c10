import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';

/** Network and the whole seconds of a Date header alone make this much of a difference, in milliseconds. */
const tolerance = 5_000;

/**
 * Learns what time it is where the stack runs from the answers of a client: the clock of an operator's machine may be
 * wrong, and that of the embedded cloud runs ahead when a test moves it.
 *
 * @returns by how much that clock is ahead of this machine's, in milliseconds; 0 where they agree
 */
export function cloudTime(client: CloudFormationClient): () => number {
  let ahead = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const date = dateOf(result.response);
      const difference = date === undefined ? 0 : date - Date.now();
      ahead = Math.abs(difference) > tolerance ? difference : 0;
      return result;
    },
    { step: 'deserialize', name: 'cloudTime', priority: 'low' },
  );
  return () => ahead;
}

function dateOf(response: unknown): number | undefined {
  const { headers } = response as { headers?: Record<string, string> };
  const date = Date.parse(headers?.date ?? '');
  return Number.isNaN(date) ? undefined : date;
}
