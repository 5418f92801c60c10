import { expect, it } from 'vitest';
import { type Health, healthOf } from '#shared/moodle/health/health.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { ownTables } from './own-tables.ts';

it('an instance has the release that was answered last, whatever else is written to its row', async () => {
  const client = await ownTables({ instances: { partition: 'id' } });
  const [instances, states] = [instancesStore(client, 'instances'), instanceStates(client, 'instances')];
  const settings = { id: 'demo', base_url: 'https://moodle.example.org' };
  await instances.create(settings);
  const check = async (health: Health) => {
    await states.saveHealth('demo', health);
    await states.noteCompared('demo', health.checked_at);
    await instances.put(settings);
    return (await instances.get('demo'))?.release;
  };
  expect((await instances.get('demo'))?.release).toBeUndefined();
  expect(await check(healthOf([], 0, '4.5.6'))).toBe('4.5.6');
  expect(await check(healthOf([], 1, '5.1+'))).toBe('5.1+');
  const away = { code: 'timeout', severity: 'failed', message: 'No answer.', advice: 'Look.' } as const;
  expect(await check(healthOf([away], 2))).toBe('5.1+');
  expect(await states.get('demo')).toMatchObject({ compared_at: '1970-01-01T00:00:00.002Z' });
  expect(await instances.settings('demo')).toEqual(settings);
});
