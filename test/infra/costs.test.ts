import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import measured from '#test/bench/costs/measured.json' with { type: 'json' };
import { costTable, fixed } from '#test/bench/costs/monthly-costs.ts';
import { prices } from '#test/bench/costs/prices.ts';
import { asText, resourcesOf, synthesizeStack } from './template.ts';

it('the guide’s table of costs is what was counted, at the prices of a day that it names', () => {
  const guide = readFileSync('docs/deploy.md', 'utf8');
  expect(guide).toContain(`\n${costTable(measured)}\n`);
  expect(guide).toContain(prices.asOf);
});

it.each([
  ['without OpenEduCat', {}, fixed.alone],
  ['with OpenEduCat', { erp: {} }, fixed.withErp],
] as const)('what costs something though nothing happens is counted as it is %s', (_how, config, counted) => {
  const { template } = synthesizeStack(config);
  const sources = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').filter(
    ([, { EventSourceArn }]) => !asText(EventSourceArn).includes('Stream'),
  );
  expect({
    queues: sources.length,
    secrets: resourcesOf(template, 'AWS::SecretsManager::Secret').length,
  }).toEqual({ queues: counted.queues, secrets: counted.secrets });
  // Ten cents each: the table tells whole dollars.
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').length;
  expect(Math.abs(alarms - counted.alarms)).toBeLessThanOrEqual(5);
});
