#!/usr/bin/env node
// The command is TypeScript that Node 24 runs as it is. Where `node` is older, the one that the project brings does.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestMajor = 24;
const require = createRequire(import.meta.url);

/** The path of the Node that was installed for this platform; undefined where none was. */
function ownNode() {
  for (const name of Object.keys(require('../package.json').optionalDependencies)) {
    try {
      const manifest = require.resolve(`${name}/package.json`);
      return join(dirname(manifest), require(manifest).bin.node);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
}

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) {
  await import('./main.ts');
} else {
  const node = ownNode();
  if (node) {
    const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
    const { status, signal } = spawnSync(node, args, { stdio: 'inherit' });
    if (signal) process.kill(process.pid, signal);
    process.exitCode = status ?? 1;
  } else {
    console.error(
      `This needs Node ${oldestMajor}. Run \`npm ci\` in the project's folder, which brings it for most platforms; ` +
        `for ${process.platform} on ${process.arch} install it yourself.`,
    );
    process.exitCode = 1;
  }
}
