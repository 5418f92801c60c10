import type { Declaration } from '#functions/declaration.ts';
import { readQueue, readStream } from './event-source.ts';
import { createSchedules } from './schedules.ts';
import { type FunctionProps, SyncFunction, type SyncFunctions } from './sync-function.ts';

/** Makes the functions that are declared, each with what it reads and the schedules that start it. */
export function createFunctions(declarations: readonly Declaration[], props: FunctionProps): SyncFunctions {
  return Object.fromEntries(
    declarations.map((declaration) => [declaration.name, createFunction(declaration, props)]),
  ) as SyncFunctions;
}

function createFunction(declaration: Declaration, props: FunctionProps): SyncFunction {
  const { source } = declaration;
  const made = new SyncFunction(declaration, props);
  if ('queue' in source) readQueue(made, source, props);
  else if ('stream' in source) readStream(made, source, props);
  createSchedules(made, declaration, props);
  return made;
}
