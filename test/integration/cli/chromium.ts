import { type Browser, chromium } from 'playwright-core';

/** Why there is no browser here; undefined where there is one. The package brings Chromium for x64 Linux only. */
export const noBrowser =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : `no Chromium for ${process.platform} ${process.arch}`;

/** Starts a headless Chromium that looks for nothing on the machine. */
export async function startBrowser(): Promise<Browser> {
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: bundled.args,
    headless: true,
  });
}
