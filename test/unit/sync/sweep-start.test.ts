import { describe, expect, it } from 'vitest';
import { isOutdated } from '#shared/moodle/sweep/sweep-part.ts';

describe('the start of a sweep', () => {
  const hour = 60 * 60_000;
  const sentAt = Date.parse('2026-09-01T08:15:00Z');
  const start = { sweep: 'students' as const };

  it('is left to the next one after an hour in which nothing could be run', () => {
    expect(isOutdated(start, { sentAt, receiveCount: 1 }, sentAt + hour - 1)).toBe(false);
    expect(isOutdated(start, { sentAt, receiveCount: 1 }, sentAt + hour)).toBe(true);
  });

  it('is tried to the end where it was tried before, and so is the sweep of one instance', () => {
    expect(isOutdated(start, { sentAt, receiveCount: 2 }, sentAt + 2 * hour)).toBe(false);
    expect(isOutdated({ ...start, instance: 'demo' }, { sentAt, receiveCount: 1 }, sentAt + hour)).toBe(
      false,
    );
  });
});
