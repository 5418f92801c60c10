import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Deployment } from './connection/deployment.ts';

/** The instance under which is noted what belongs to none: words about the ERP, messages that hold no work. */
export const ofNoInstance = '-';

/**
 * Notes in the operators' log what is about to be done, before it is: who reads the history of a record finds also what
 * was broken off in the middle.
 *
 * @param what the command: `failures retry`
 * @param records idnumbers by instance; of a record of the import its key
 * @returns as it is noted
 */
export async function noteAction(
  deployment: Pick<Deployment, 'clients' | 'operatorLog' | 'now'>,
  what: string,
  records: ReadonlyMap<string, readonly string[]>,
): Promise<{ who: string; at: string }> {
  const who = await operatorOf(deployment);
  const at = new Date(deployment.now()).toISOString();
  for (const [instance, own] of records)
    await deployment.operatorLog.add(instance, { at, who, what, records: own });
  return { who, at };
}

/** The AWS identity of whoever runs the command; every identity may ask for its own. */
export async function operatorOf({ clients }: Pick<Deployment, 'clients'>): Promise<string> {
  const { Arn = 'unknown' } = await clients.sts.send(new GetCallerIdentityCommand({}));
  return Arn;
}
