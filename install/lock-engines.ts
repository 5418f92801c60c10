// Run by npm (`dependencies` in package.json) whenever it has changed node_modules and with it the lock file.
import { readFileSync, writeFileSync } from 'node:fs';
import { withoutSatisfiedEngines } from './engines.ts';

const path = new URL('../package-lock.json', import.meta.url);
const before = readFileSync(path, 'utf8');
const after = `${JSON.stringify(withoutSatisfiedEngines(JSON.parse(before)), null, 2)}\n`;
if (after !== before) writeFileSync(path, after);
