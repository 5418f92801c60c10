import { describe, expect, it } from 'vitest';
import { judgeLooks, type Look } from '#shared/store/queues/queue-watch.ts';

/** Looks of `[visible, in flight, delayed]`, two seconds apart, each repeated `times`. */
function looks(...seen: { depth: [number, number, number]; times?: number }[]): Look[] {
  return seen
    .flatMap(({ depth, times = 1 }) => Array.from({ length: times }, () => depth))
    .map(([visible, in_flight, delayed], index) => ({ at: index * 2_000, visible, in_flight, delayed }));
}

const busy = { depth: [3, 4, 0] as [number, number, number] };
const empty = { depth: [0, 0, 0] as [number, number, number] };
const delayed = { depth: [0, 0, 2] as [number, number, number] };

describe('the end of a queue’s work', () => {
  it('is believed when it was seen to work and stays empty', () => {
    expect(judgeLooks(looks(busy, empty), 0)).toBe('busy');
    expect(judgeLooks(looks(busy, empty, busy, empty), 0)).toBe('busy');
    expect(judgeLooks(looks(busy, { ...empty, times: 2 }), 0)).toBe('done');
  });

  it('is not believed of numbers that may lag behind', () => {
    expect(judgeLooks(looks({ ...empty, times: 5 }), 0)).toBe('busy');
    expect(judgeLooks(looks({ ...empty, times: 6 }), 0)).toBe('done');
  });

  it('has come when all that is left waits for a later attempt', () => {
    expect(judgeLooks(looks(busy, { ...delayed, times: 2 }), 2)).toBe('waiting');
    expect(judgeLooks(looks(busy, { ...delayed, times: 2 }), 1)).toBe('busy');
    expect(judgeLooks(looks(busy, { ...delayed, times: 31 }), 0)).toBe('waiting');
  });

  it('is given up when nobody works on what is there', () => {
    const stuck = { depth: [0, 1, 0] as [number, number, number] };
    expect(judgeLooks(looks(busy, { ...stuck, times: 180 }), 5)).toBe('busy');
    expect(judgeLooks(looks(busy, { ...stuck, times: 181 }), 5)).toBe('stalled');
  });
});
