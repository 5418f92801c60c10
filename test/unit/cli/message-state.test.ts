import { expect, it } from 'vitest';
import { messageState } from '#cli/commands/failures/messages.ts';

it('tells a unit that Lambda has stopped as a loop from one that crashed its worker', () => {
  const state = messageState(
    { keyOf: () => '', keysOf: () => [] },
    { rows: [], unreadable: [], knows: () => true },
  );
  const unit = { instance: 'demo', service: 'students' as const, ids: ['1'] };
  const message = { id: '1', sent_at: '2026-09-01T08:00:00.000Z', unit, record: undefined };
  expect(state({ ...message, hasLooped: true })).toBe('stopped');
  expect(state({ ...message, hasLooped: false })).toBe('crashed');
});
