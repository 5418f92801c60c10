/**
 * Takes the pictures of README.md anew, in a real browser, of what `npm start -- --serve` shows: `npm run pictures`, which
 * also has the console's tests take theirs. Linux on x64 only, for which the browser is installed.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startBrowser } from '#test/integration/cli/chromium.ts';

const run = promisify(execFile);
const here = import.meta.dirname;

/** Resolves with what stands in the parentheses of the pattern once the output matches. */
function said(output: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    output.on('data', (part: Buffer) => {
      text += part.toString();
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    output.on('end', () => reject(new Error(`It ended without ${pattern}:\n${text}`)));
  });
}

const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
const demo = spawn(process.execPath, ['local/start.ts', '--serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
const browser = await startBrowser();
try {
  const moodle = await said(demo.stdout, /Moodle: (http:\S+)/);
  const report = join(folder, 'report.html');
  await run(process.execPath, [
    'cli/oec-moodle.mjs',
    '--local',
    'report',
    '--format',
    'html',
    '--output',
    report,
  ]);
  const page = await browser.newPage({ viewport: { width: 1000, height: 640 } });
  for (const [name, address] of [
    ['report', `file://${report}`],
    ['moodle', moodle],
  ] as const) {
    await page.goto(address);
    await page.screenshot({ path: join(here, `${name}.png`) });
  }
} finally {
  await browser.close();
  demo.kill('SIGINT');
  await rm(folder, { recursive: true });
}
