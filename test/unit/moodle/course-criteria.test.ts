import { describe, expect, it } from 'vitest';
import { lacksCriteria, nextMemory } from '#shared/moodle/completion/completion-plan.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const memory = (criteria: boolean, hours: number) => ({ criteria, at: ago(hours) });

describe('lacksCriteria', () => {
  it.each([
    [undefined, false],
    [memory(true, 1), false],
    [memory(false, 35), true],
    [memory(false, 36), false],
    [{ criteria: false }, false],
  ])('%o: %s', (known, expected) => {
    expect(lacksCriteria(known, now)).toBe(expected);
  });
});

describe('nextMemory', () => {
  it.each([
    ['notes a course without criteria', undefined, false, memory(false, 0)],
    ['notes it anew half a day later', memory(false, 12), false, memory(false, 0)],
    ['and not sooner', memory(false, 11), false, undefined],
    ['notes that it has got criteria', memory(false, 1), true, memory(true, 0)],
    ['notes that it has lost them', memory(true, 1), false, memory(false, 0)],
    ['notes nothing of a course with criteria', undefined, true, undefined],
    ['however long that is known', memory(true, 100), true, undefined],
  ])('%s', (_what, known, criteria, expected) => {
    expect(nextMemory(known, criteria, now)).toEqual(expected);
  });
});
