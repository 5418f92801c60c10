import type { Template } from '#infra/synthesize.ts';

/** Executions at a time that AWS keeps unreserved in every account: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export const keptUnreserved = 100;

/** What Lambda's GetAccountSettings says of concurrent executions. */
export interface ConcurrencyLimit {
  /** Of all functions of the account in this region together. */
  readonly account: number;
  /** What of it no function has set aside. */
  readonly unreserved: number;
}

/**
 * How many executions too many the template sets aside for this account: CloudFormation would fail in the middle.
 *
 * @param deployed what runs now, whose reservations count already
 */
export function lackingConcurrency(
  { unreserved }: ConcurrencyLimit,
  deployed: Template | undefined,
  next: Template,
): number {
  const further = reservedIn(next) - (deployed ? reservedIn(deployed) : 0);
  return further > 0 ? Math.max(0, further + keptUnreserved - unreserved) : 0;
}

/** Executions that the functions of a template set aside. */
export function reservedIn({ Resources }: Template): number {
  const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const reserved = functions.map(({ Properties }) => Number(Properties.ReservedConcurrentExecutions ?? 0));
  return reserved.reduce((sum, one) => sum + one, 0);
}
