#!/usr/bin/env node
// The command is TypeScript that Node 24 runs as it is. Where `node` is older, the one that the project brings does.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const oldestMajor = 24;

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) {
  await import('./main.ts');
} else {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  const { status, signal, error } = spawnSync(
    node,
    [fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  if (error)
    console.error(`Node ${oldestMajor} was not found at ${node}. Run \`npm ci\` in the project's folder.`);
  if (signal) process.kill(process.pid, signal);
  process.exitCode = status ?? 1;
}
