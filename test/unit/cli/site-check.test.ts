import { expect, it } from 'vitest';
import { checkSite } from '#cli/commands/instance/site-check.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { TokenError } from '#shared/store/secrets/tokens.ts';

const instance = instanceSchema.parse({ id: 'main', base_url: 'https://moodle.example.org' });

/** A stack whose token cannot be read, for a reason that AWS gives and Powertools wraps. */
function stackWithout(reason: Error) {
  const get = async () => {
    throw new TokenError('main', 'oec-moodle/main', new Error('not read', { cause: reason }));
  };
  const records = {} as Parameters<typeof checkSite>[0]['records'];
  return { tokens: { get }, records, now: () => Date.parse('2026-09-01T08:00:00Z') };
}

it('a token that the operator may not read is not taken for one that is not there', async () => {
  const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  await expect(checkSite(stackWithout(denied), instance)).rejects.toBe(denied);
  const missing = Object.assign(new Error('no secret'), { name: 'ResourceNotFoundException' });
  expect(await checkSite(stackWithout(missing), instance)).toMatchObject({
    status: 'failed',
    findings: [{ code: 'no-token' }],
  });
});
