import { writeFileSync } from 'node:fs';
import { synthesize } from '#infra/synthesize.ts';

// Run by synthesize-quietly.ts: the folder of the cloud assembly, the other options, and the file for the result.
const [outdir = '', options = '{}', result = ''] = process.argv.slice(2);
writeFileSync(result, JSON.stringify(synthesize({ outdir, ...JSON.parse(options) })));
