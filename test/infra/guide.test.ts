import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resourcesOf, synthesizeStack } from '#test/infra/template.ts';

const words = ['four', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const numbers = [4, 6, 7, 8, 9, 10, 11, 12];
const inWords = (count: number) => words[numbers.indexOf(count)];

it('the guide to deploying says how much is deployed', () => {
  const guide = readFileSync('docs/deploy.md', 'utf8').replaceAll('\n', ' ');
  const [plain, withErp] = [synthesizeStack(), synthesizeStack({ erp: {} })].map(({ template }) => {
    const count = (type: string) => inWords(resourcesOf(template, type).length);
    return [count('AWS::DynamoDB::Table'), count('AWS::SQS::Queue'), count('AWS::Lambda::Function')];
  });
  expect(guide).toContain(`: ${plain?.[0]} DynamoDB tables, ${plain?.[1]} queues, ${plain?.[2]} functions`);
  expect(guide).toContain(`${withErp?.[0]} tables, ${withErp?.[1]} queues and ${withErp?.[2]} functions`);
});
