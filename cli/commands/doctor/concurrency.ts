import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import type { Deployment } from '#cli/connection/deployment.ts';
import { ok, type Said, unknown, warning } from './check.ts';

/** Whether the account lets as many functions run at a time as the stack comes to. */
export async function checkConcurrency({ clients, outputs }: Deployment): Promise<Said> {
  try {
    const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
    return judgeConcurrency(AccountLimit?.ConcurrentExecutions ?? 0, Number(outputs.ConcurrentExecutions));
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('AccessDenied')) throw error;
    return unknown(
      'How many functions the account lets run at a time may not be read with these credentials.',
      "The policy that the stack's output OperatorPolicyArn names allows it.",
    );
  }
}

/** @param limit of all functions of the account in this region @param needed what the stack comes to */
export function judgeConcurrency(limit: number, needed: number): Said {
  const figures = `The account lets ${limit} functions run at a time`;
  if (limit >= needed) return ok(`${figures}; the sync comes to ${needed} at most.`);
  return warning(
    `${figures}, and the sync alone comes to ${needed}: some are throttled when there is much to do.`,
    'Ask AWS for more: Service Quotas, Lambda, Concurrent executions (docs/deploy.md).',
  );
}
