import * as z from 'zod';

/** The environment of a function has not what the stack sets: the deployment is broken. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/**
 * Reads the environment variables that a function needs, all of them non-empty texts.
 *
 * @throws EnvironmentError naming those that are missing
 */
export function readEnvironment<const Name extends string>(names: readonly Name[]): Record<Name, string> {
  const schema = z.object(Object.fromEntries(names.map((name) => [name, z.string().min(1)])));
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data as Record<Name, string>;
  const missing = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw new EnvironmentError(
    `Set by the stack and missing here: ${missing.join(', ')}. Deploy the stack again.`,
  );
}
