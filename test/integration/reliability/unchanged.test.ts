import { describe, expect, it } from 'vitest';
import { demoUniversity } from '#local/demo/demo-university.ts';
import { startKit } from '../kit.ts';
import { countByFunction } from './support.ts';

describe('a second pass over unchanged records', () => {
  it('of the whole demo university, all re-written with a new write_date, makes no call', async () => {
    await using kit = await startKit();
    const site = kit.site();
    const items = demoUniversity();
    await kit.sync(...items);
    const { siteState } = site.moodle;
    const held = () =>
      [siteState.users, siteState.courses, siteState.groups, siteState.enrolments].map(({ size }) => size);
    const before = held();
    expect(before.every((size) => size > 10)).toBe(true);
    const calls = await site.callsDuring(() =>
      kit.sync(...items.map((item) => ({ ...item, write_date: '2026-10-01 12:00:00' }))),
    );
    expect(countByFunction(calls)).toEqual({});
    expect(held()).toEqual(before);
  });
});
