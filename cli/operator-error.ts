import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Something that the operator can put right. Holds no token, password or e-mail address. */
export class OperatorError extends Error {
  override name = 'OperatorError';
  /** What to do about it, as a sentence. */
  readonly advice: string;
  readonly exitCode: ExitCode;

  /** @param message what happened, as a sentence */
  constructor(
    message: string,
    advice: string,
    { exitCode = exitCodes.failed, cause }: { exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.advice = advice;
    this.exitCode = exitCode;
  }
}

/** The command line asks for something that cannot be done. */
export function usageError(message: string, advice: string): OperatorError {
  return new OperatorError(message, advice, { exitCode: exitCodes.usage });
}
