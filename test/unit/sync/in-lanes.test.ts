import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inLanes } from '#shared/sync/in-lanes.ts';

const always = () => true;

describe('inLanes', () => {
  it('works through all items, never more of them at once than there are lanes', async () => {
    const seen: number[] = [];
    let [atOnce, most] = [0, 0];
    const rest = await inLanes([1, 2, 3, 4, 5], { lanes: 2, hasTime: always }, async (item) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await sleep(1);
      seen.push(item);
      atOnce -= 1;
    });
    expect({ rest, most, seen }).toEqual({ rest: [], most: 2, seen: [1, 2, 3, 4, 5] });
  });

  it('answers what was not begun when time ran out', async () => {
    const seen: number[] = [];
    const rest = await inLanes([1, 2, 3, 4], { lanes: 2, hasTime: () => seen.length < 3 }, async (item) => {
      seen.push(item);
    });
    expect({ rest, seen }).toEqual({ rest: [4], seen: [1, 2, 3] });
  });

  it('begins nothing more after an error, and throws it when the rest has ended', async () => {
    const ended: number[] = [];
    const work = async (item: number) => {
      if (item === 1) throw new Error('one');
      await sleep(5);
      ended.push(item);
    };
    await expect(inLanes([1, 2, 3, 4], { lanes: 2, hasTime: always }, work)).rejects.toThrow('one');
    expect(ended).toEqual([2]);
  });
});
