import { writeFileSync } from 'node:fs';
import type { ConfigInput } from '#infra/config.ts';
import { synthesize } from '#infra/synthesize.ts';

// Run by synthesize-quietly.ts: the folder of the cloud assembly, the configuration, and the file for the result.
const [outdir = '', config = '{}', result = ''] = process.argv.slice(2);
writeFileSync(result, JSON.stringify(synthesize({ outdir, config: JSON.parse(config) as ConfigInput })));
