import { spawn } from 'node:child_process';
import { once } from 'node:events';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import type { Kit } from '../kit.ts';

/** A console that runs as an operator runs it, in a process of its own. */
export interface ConsoleKit {
  /** The address with the secret, which is good once. */
  address: string;
  /** Where its pages are. */
  origin: string;
  pid: number;
  /** What it has written on the terminal until now. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts `oec-moodle console` against the kit's embedded cloud. */
export async function startConsole(
  { cloud }: { cloud: Pick<Kit['cloud'], 'endpoint'> },
  args: string[] = [],
): Promise<ConsoleKit> {
  const child = spawn(process.execPath, ['cli/oec-moodle.mjs', 'console', '--no-open', ...args], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'operator',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    const read = (part: Buffer) => {
      output += part.toString();
      const found = /The console is at (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', () => reject(new Error(`The console ended:\n${output}`)));
  });
  return {
    address,
    pid: child.pid!,
    origin: new URL(address).origin,
    output: () => output,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

/** How long a page is waited for, in milliseconds. */
export const patience = 5 * 60_000;

/** A page of a browser that has opened the console. */
export async function enter(browser: Browser, { address }: ConsoleKit, language = 'en'): Promise<Page> {
  const page = await browser.newPage({ locale: language });
  // A busy machine may take any time: what never comes is no matter of seconds.
  page.setDefaultTimeout(patience);
  await page.goto(address);
  return page;
}

/** What an accessibility checker finds wrong with a page, by rule and place; it has to be nothing. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  // By the debugger, which the page's own content policy does not bind.
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Takes a picture of what a page shows at this moment for the documents; only for `npm run pictures`. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env.PICTURES) return;
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: 1000, height: 640 });
  await page.screenshot({ path: `docs/pictures/console-${name}.png` });
  await page.setViewportSize(before);
}
