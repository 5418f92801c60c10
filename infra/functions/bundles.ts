import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { buildSync } from 'esbuild';
import { projectRoot } from '#infra/project-root.ts';

let bundles: string | undefined;

/**
 * Bundles all functions, the first time that one is asked for: esbuild reads what they share once, and runs once, where
 * CDK's NodejsFunction starts npx and esbuild for each.
 *
 * @param name folder under functions/
 * @returns the folder of its `index.mjs` and source map, which goes when this process ends
 */
export function bundleOf(name: string): string {
  bundles ??= bundleAll();
  return join(bundles, name);
}

function bundleAll(): string {
  // In the project, so that source maps name the sources by the same paths everywhere and bundles stay the same.
  const cache = join(projectRoot, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, 'oec-moodle-sync-bundles-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  buildSync({
    absWorkingDir: projectRoot,
    entryPoints: globSync('functions/*/handler.ts', { cwd: projectRoot }).map((file) => ({
      in: file,
      out: join(dirname(file).split(sep).at(-1)!, 'index'),
    })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'warning',
    sourcemap: true,
    // Names and lines suffice for a stack trace; the sources would make the asset several times as large.
    sourcesContent: false,
    // The AWS SDK is bundled as well: that pins its version, starts faster than the runtime's own copy, and works in
    // emulators without one.
    // Some dependencies are CommonJS and call require() for Node's own modules, which ESM does not have.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  return outdir;
}
