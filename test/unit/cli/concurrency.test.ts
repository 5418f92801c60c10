import { expect, it } from 'vitest';
import { judgeConcurrency } from '#cli/commands/doctor/aws.ts';

it.each([
  [1000, 'ok'],
  [20, 'ok'],
  [19, 'warning'],
  [10, 'warning'],
] as const)('a limit of %i executions, where the stack comes to 20, is %s', (limit, level) => {
  const said = judgeConcurrency(limit, 20);
  expect(said.level).toBe(level);
  expect(said.message).toContain(String(limit));
  if (level === 'warning') expect(said.advice).toContain('Concurrent executions');
});
