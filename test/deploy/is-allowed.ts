import { callApi } from './call-api.ts';
import type { Emulator } from './emulator.ts';

/**
 * What IAM says of a role's policies as they are deployed. It is for what the emulator does without asking IAM:
 * passing a role to Scheduler, and sending what a schedule has to send.
 */
export async function isAllowed(
  emulator: Emulator,
  role: string,
  action: string,
  resource: string,
): Promise<boolean> {
  const body = new URLSearchParams({
    Action: 'SimulatePrincipalPolicy',
    Version: '2010-05-08',
    PolicySourceArn: role,
    'ActionNames.member.1': action,
    'ResourceArns.member.1': resource,
  });
  const answer = await callApi(emulator, 'iam', '/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  });
  return (await answer.text()).includes('<EvalDecision>allowed</EvalDecision>');
}
