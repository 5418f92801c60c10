import { setTimeout as sleep } from 'node:timers/promises';
import type { PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import type { Deployment } from './connection/deployment.ts';

/** A log for parts of the engine: the command tells the operator itself what came of it. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What the pulls remember. */
export function pullStatesOf({
  clients,
  outputs,
  now,
}: Pick<Deployment, 'clients' | 'outputs' | 'now'>): PullStates {
  return pullStates(clients.documents, outputs.MappingsTableName, now);
}

/** The stack's clock. */
export function clockOf({ now }: Deployment): Clock {
  return { now, sleep: (milliseconds) => sleep(milliseconds) };
}
