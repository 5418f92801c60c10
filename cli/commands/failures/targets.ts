import type { CommandContext } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { usageError } from '#cli/operator-error.ts';
import { pushedModels } from '#shared/models/models.ts';
import { troubledStatuses } from '#shared/odoo/import/attention.ts';
import { importedModels } from '#shared/odoo/import/models.ts';
import { erpFailures, erpName } from './erp-failures.ts';
import type { FailureRow, FailureTarget } from './failure-target.ts';
import { failureStatuses, moodleFailures, moodleName } from './moodle-failures.ts';

/** The sides, with what is known of them before any stack is asked. */
export const targets = {
  moodle: { nameParts: moodleName, models: pushedModels, statuses: failureStatuses },
  erp: { nameParts: erpName, models: importedModels, statuses: troubledStatuses },
} as const;

export interface TargetOptions {
  target: keyof typeof targets;
  model?: string | undefined;
  status?: string | undefined;
}

/** Runs something with the failures of the side that is asked for. @throws OperatorError where that has no such model */
export async function atTarget<Result>(
  context: CommandContext,
  { target, model, status }: TargetOptions,
  run: <Row extends FailureRow, Unit>(
    target: FailureTarget<Row, Unit>,
    deployment: Deployment,
  ) => Promise<Result>,
): Promise<Result> {
  requireOneOf('model', model, targets[target].models);
  requireOneOf('status', status, targets[target].statuses);
  const deployment = await context.deployment();
  return target === 'erp'
    ? run(erpFailures(deployment), deployment)
    : run(moodleFailures(deployment), deployment);
}

function requireOneOf(option: string, value: string | undefined, all: readonly string[]): void {
  if (value === undefined || all.includes(value)) return;
  throw usageError(`There are no failures of the ${option} ${value} there.`, `There is ${all.join(', ')}.`);
}
