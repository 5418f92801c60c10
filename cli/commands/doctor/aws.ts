import type { Deployment } from '#cli/connection/deployment.ts';
import { type Check, isolated, ok, type Said, warning } from './check.ts';
import { checkConcurrency } from './concurrency.ts';
import { checkFunctions } from './functions.ts';
import { checkQueues } from './queues.ts';
import { checkTables } from './tables.ts';

/** Signatures of requests are refused when they are five minutes off; half of that is worth a word, in milliseconds. */
const clockTolerance = 150_000;

/** The stack and its parts, as the operator's credentials find them. */
export async function checkAws(deployment: Deployment): Promise<Check[]> {
  const said = [
    await isolated('The stack', () => checkStack(deployment)),
    [checkClock(deployment)],
    await checkTables(deployment),
    await checkQueues(deployment),
    await isolated('The functions', () => checkFunctions(deployment)),
    await isolated('The concurrency of the account', () => checkConcurrency(deployment)),
  ].flat();
  return said.map((one) => ({ subject: 'AWS', ...one }));
}

async function checkStack({ stack, clients }: Deployment): Promise<Said> {
  const region = await clients.cloudformation.config.region();
  return ok(`The credentials are good, and the stack ${stack} in ${region} has all its outputs.`);
}

function checkClock({ now }: Deployment): Said {
  const minutes = Math.round((now() - Date.now()) / 60_000);
  if (Math.abs(now() - Date.now()) < clockTolerance)
    return ok('The clocks of AWS and of this machine agree.');
  return warning(
    `The clock of AWS is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} this machine's.`,
    'Set the clock of this machine by NTP: AWS refuses requests whose time is more than five minutes off.',
  );
}
