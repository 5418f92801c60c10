import { CloudFormationClient, CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { expect, it } from 'vitest';
import { findStack } from '#cli/connection/find-stack.ts';

it('an operator of one stage, who may not list the stacks of the account, is told to name the stack', async () => {
  const client = new CloudFormationClient({ region: 'eu-central-1' });
  client.send = () =>
    Promise.reject(
      new CloudFormationServiceException({
        name: 'AccessDenied',
        message: 'denied',
        $fault: 'client',
        $metadata: {},
      }),
    );
  await expect(findStack(client, undefined)).rejects.toMatchObject({
    message: expect.stringContaining('may not list the stacks'),
    advice: expect.stringContaining('OEC_MOODLE_STACK'),
  });
});
