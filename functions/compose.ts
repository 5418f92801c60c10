import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { connection, type Part } from '#shared/store/part.ts';
import type { Clock } from '#shared/sync/ports.ts';
import { type Declaration, resourcesOf, variableOf } from './declaration.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => sleep(milliseconds),
};

/**
 * Options of the AWS clients of all functions. Without a timeout a connection whose other end is gone costs a worker its
 * whole time; a call of these services takes milliseconds. The SDK only warns of a late answer unless it is told to throw,
 * and then asks again on another connection.
 */
export const awsOptions = {
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** The environment of a function has not what the stack sets: the deployment is broken. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

type Opened<Uses> = { readonly [Name in keyof Uses]: Uses[Name] extends Part<infer Store> ? Store : never };

/** What a handler is given. */
export interface Composition<Uses, Setting extends string> {
  readonly parts: Opened<Uses>;
  readonly settings: Readonly<Record<Setting, number>>;
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * Opens what a function has declared, from its environment.
 *
 * @throws EnvironmentError naming the variables that are missing
 */
export function compose<Uses extends Record<string, Part<unknown>>, Setting extends string>(
  declaration: Declaration<Uses, Setting>,
): Composition<Uses, Setting> {
  const { uses, settings = {} } = declaration;
  const log = new Logger();
  const names = [...resourcesOf(declaration).map(variableOf), ...Object.keys(settings)];
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new EnvironmentError(
      `Set by the stack and missing here: ${missing.join(', ')}. Deploy the stack again.`,
    );
  }
  const at = connection(awsOptions, {
    nameOf: (resource) => process.env[variableOf(resource)]!,
    clock: systemClock,
    log,
  });
  const numbers = Object.fromEntries(Object.keys(settings).map((name) => [name, Number(process.env[name])]));
  const parts = Object.fromEntries(Object.entries(uses).map(([name, part]) => [name, part.open(at)]));
  return {
    parts: parts as Opened<Uses>,
    settings: numbers as Record<Setting, number>,
    options: { ...process.env },
    clock: systemClock,
    log,
    metrics: new Metrics(),
  };
}
