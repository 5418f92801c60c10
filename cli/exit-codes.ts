/** What the command's exit code says; `oec-moodle --help` lists them. */
export const exitCodes = {
  /** All is done, or nothing is wrong. */
  done: 0,
  /** Something failed, or something was found that needs a person. */
  failed: 1,
  /** `plan` only: a sync would change something. */
  wouldChange: 2,
  /** The command line cannot be understood (EX_USAGE of BSD's sysexits.h). */
  usage: 64,
  /** Ended by Ctrl-C, as shells report it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
