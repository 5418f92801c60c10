import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '#infra/config.ts';
import { losses } from '#infra/deploy/losses.ts';
import type { Template } from '#infra/synthesize.ts';
import { resourceOf, synthesizeStack } from '#test/infra/template.ts';

const templateOf = (config: ConfigInput) => synthesizeStack(config).template;
const whole: ConfigInput = { stage: 'prod', alarmEmail: 'it@example.org', erp: {} };
const deployed = templateOf(whole);

describe('what a deployment would lose', () => {
  it('is nothing where what holds something stays, whatever else changes', () => {
    expect(
      losses(deployed, templateOf({ ...whole, logLevel: 'DEBUG', alarmEmail: 'other@example.org' })),
    ).toEqual([]);
    expect(losses(templateOf({ stage: 'prod' }), deployed)).toEqual([]);
  });

  it("is the ERP's side where erp is forgotten, and the mails where alarmEmail is", () => {
    expect(losses(deployed, templateOf({ stage: 'prod' })).sort()).toEqual([
      'Alarms are mailed to nobody any more.',
      'The queue ErpFailuresQueue leaves the stack.',
      'The queue ErpQueue leaves the stack.',
      'The queue ErpStreamFailuresQueue leaves the stack.',
      'The secret ErpConnection leaves the stack.',
      'The table ErpMappingsTable leaves the stack.',
      'The table ErpStateTable leaves the stack.',
    ]);
  });

  it('is a table whose key changes, or that is moved in the code', () => {
    const [id] = resourceOf(deployed, 'AWS::DynamoDB::Table', 'MappingsTable');
    const { [id]: table, ...others } = deployed.Resources;
    const otherKey = { ...table!, Properties: { ...table!.Properties, KeySchema: [] } };
    const changed: Template = { ...deployed, Resources: { ...others, [id]: otherKey } };
    expect(losses(deployed, changed)).toEqual(['The table MappingsTable is replaced by an empty one.']);
    const moved: Template = { ...deployed, Resources: { ...others, TablesMappings0123ABCD: table! } };
    expect(losses(deployed, moved)).toEqual(['The table MappingsTable leaves the stack.']);
  });
});
