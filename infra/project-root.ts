import { dirname } from 'node:path';

/** The folder of package.json, wherever the command was started. */
export const projectRoot = dirname(import.meta.dirname);
