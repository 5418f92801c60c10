/** The operating system's word for a broken connection, such as ECONNREFUSED: fetch hides it in a cause. */
export function systemCode(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return 'no reason given';
}
