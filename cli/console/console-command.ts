import { once } from 'node:events';
import { Command } from 'commander';
import { type CommandContext, type CommandResult, runs } from '#cli/command.ts';
import { parsePort } from '#cli/options.ts';

interface ConsoleOptions {
  port?: number;
  readOnly?: boolean;
  /** `--no-open` */
  open: boolean;
}

/** `oec-moodle console`: what the other commands know, as pages for people without a terminal. */
export function consoleCommand(): Command {
  const command = new Command('console')
    .description(
      'Opens a page in the browser that shows how the link fares, and why somebody is not in a course.',
    )
    .option('--port <port>', 'where it listens on this machine (any free port unless given)', parsePort)
    .option('--read-only', 'only for looking: nothing can be changed')
    .option('--no-open', 'do not open the browser; the address is printed either way')
    .addHelpText(
      'after',
      `
It listens on this machine only (127.0.0.1), uses your own AWS credentials, and ends with Ctrl-C or with the terminal. The
address holds a secret that is good once: whoever opens it first has the console.

Examples:
  oec-moodle console
  oec-moodle console --read-only --profile registrar`,
    );
  return runs(command, serve);
}

async function serve(
  context: CommandContext,
  { port = 0, readOnly = false, open: isOpened }: ConsoleOptions,
): Promise<CommandResult> {
  // A stack that is not there is told before a browser opens.
  await context.deployment();
  // Loaded here, since every other command would wait for fastify and the pages.
  const { startConsole } = await import('./server.ts');
  const { address, stop } = await startConsole({ reconnect: context.reconnect, port, isReadOnly: readOnly });
  console.log(`The console is at ${address}\nIt is good once, and ends with Ctrl-C.`);
  if (isOpened) await openBrowser(address);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await stop();
  return { data: { ended: true }, text: 'The console has ended.' };
}

/** Where there is no browser, the address that is printed has to do. */
async function openBrowser(address: string): Promise<void> {
  const { default: open } = await import('open');
  const browser = await open(address);
  browser.on('error', () => console.error('The browser could not be opened: open the address yourself.'));
}
