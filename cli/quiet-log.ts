import type { Log } from '#shared/engine/ports.ts';

/** For engine code that logs for the functions' sake: a command says what came of it in its result. */
export const quietLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
