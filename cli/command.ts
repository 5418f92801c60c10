import type { Command } from 'commander';
import type { ConnectionOptions } from './connection/aws-settings.ts';
import { connect, type Deployment } from './connection/deployment.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { inLines, type Lines } from './output/lines.ts';
import { printable, printableJson } from './output/printable.ts';

/** What a command found or did. */
export interface CommandResult<Data = unknown> {
  /** For `--json`: a documented, stable shape. Holds no token; e-mail addresses only where they were asked for. */
  data: Data;
  /** For people. */
  text: Lines;
  /** Whether something failed, or needs a person: the exit code is 1. */
  isBad?: boolean | undefined;
  /** Another one. */
  exitCode?: ExitCode;
}

/** What a command works with. */
export interface CommandContext {
  /** The stack that the command line names, looked up once. */
  deployment(): Promise<Deployment>;
  /** The same, found anew and with credentials as they are now: for what goes on for hours. */
  reconnect(): Promise<Deployment>;
  /** Whether a person can be asked: not when something is piped in or out. */
  isInteractive: boolean;
  /** Has a person confirm what is to be done; a question on the terminal unless given. @throws where it is not meant */
  confirm?(what: string): Promise<void>;
}

/** Options that every command has. */
export type GlobalOptions = ConnectionOptions & { json?: boolean };

/**
 * Gives a command its action.
 *
 * @param run takes the context, the options and then the command's arguments
 */
export function runs<Options, Arguments extends unknown[]>(
  command: Command,
  run: (context: CommandContext, options: Options, ...args: Arguments) => Promise<CommandResult>,
): Command {
  return command.action(async (...received: unknown[]) => {
    const options = command.optsWithGlobals<GlobalOptions & Options>();
    const args = received.slice(0, -2) as Arguments;
    let connected: Promise<Deployment> | undefined;
    const context: CommandContext = {
      deployment: () => {
        connected ??= connect(options);
        return connected;
      },
      reconnect: () => connect(options),
      isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true && !options.json,
    };
    const { data, text, isBad, exitCode } = await run(context, options, ...args);
    console.log(options.json ? printableJson(data) : printable(inLines(text)));
    process.exitCode = exitCode ?? (isBad ? exitCodes.failed : exitCodes.done);
  });
}
