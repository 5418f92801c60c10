import type { CommandContext } from '#cli/command.ts';
import { problemWith, readSecret, usable } from '#cli/secret-input.ts';
import { siteAddress, tokenIn } from '#shared/moodle/client/site-access.ts';

/** What `--token-file` means, for the help. */
export const tokenFileHelp = 'file with the web service token; - reads it from standard input';

/** The token of a Moodle. @throws OperatorError where it is no token, or nobody can be asked */
export function readToken(
  context: Pick<CommandContext, 'isInteractive'>,
  file: string | undefined,
): Promise<string> {
  return readSecret(context, file, {
    name: 'token',
    option: '--token-file',
    prompt: 'Web service token (not shown):',
    in: tokenIn,
  });
}

/** What is wrong with an address. */
export function addressProblem(text: string): string | undefined {
  return problemWith(() => siteAddress(text));
}

/** A Moodle's address as it is stored. @throws OperatorError */
export function checkedAddress(text: string): string {
  return usable(() => siteAddress(text));
}
