import type { Template, TemplateResource } from '#infra/synthesize.ts';

/**
 * Resources that hold something, with the properties of which another value makes CloudFormation replace them by empty
 * ones ("Update requires: Replacement" in its reference).
 */
const holding: Readonly<Record<string, { kind: string; fixed: readonly string[] }>> = {
  'AWS::DynamoDB::Table': { kind: 'table', fixed: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'] },
  'AWS::SecretsManager::Secret': { kind: 'secret', fixed: ['Name'] },
  'AWS::SQS::Queue': { kind: 'queue', fixed: ['QueueName', 'FifoQueue'] },
};

/**
 * What a deployment would take away that cannot simply be deployed again: tables, secrets and queues that leave the
 * stack or are replaced by empty ones, and the mails of alarms.
 *
 * @returns each as a sentence; none where nothing is lost
 */
export function losses(deployed: Template, next: Template): string[] {
  const held = Object.entries(deployed.Resources).flatMap(([id, before]) => {
    const { kind, fixed } = holding[before.Type] ?? {};
    if (!kind || !fixed) return [];
    const after = next.Resources[id];
    const named = `The ${kind} ${id.replace(/[0-9A-F]{8}$/, '')}`;
    if (after?.Type !== before.Type) return [`${named} leaves the stack.`];
    const isReplaced = fixed.some((name) => textOf(before, name) !== textOf(after, name));
    return isReplaced ? [`${named} is replaced by an empty one.`] : [];
  });
  return mailsAlarms(deployed) && !mailsAlarms(next)
    ? [...held, 'Alarms are mailed to nobody any more.']
    : held;
}

function textOf({ Properties }: TemplateResource, name: string): string {
  return JSON.stringify(Properties?.[name] ?? null);
}

function mailsAlarms({ Resources }: Template): boolean {
  return Object.values(Resources).some(({ Type }) => Type === 'AWS::SNS::Subscription');
}
