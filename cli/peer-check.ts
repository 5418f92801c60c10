import { OperatorError } from './operator-error.ts';

/** What asking a Moodle or an ERP, from this machine, has found. */
interface PeerCheck {
  status: 'ok' | 'warning' | 'failed';
  findings: readonly { code: string }[];
}

/** Findings after which saving the connection makes no sense, also where the operator insists: it would never work. */
const hopeless = new Set([
  'invalidtoken',
  'access-denied',
  'no-database',
  'version-too-old',
  'language-not-installed',
  'no-openeducat',
]);

function isHopeless({ findings }: PeerCheck): boolean {
  return findings.some(({ code }) => hopeless.has(code));
}

/** Whether the connection to a peer may be saved that was found like this. */
export function maySave(check: PeerCheck, { force }: { force?: boolean }): boolean {
  return check.status !== 'failed' || (force === true && !isHopeless(check));
}

/** How a peer is told of whose connection may not be saved. @param findings for people */
export function refusal(peer: string, check: PeerCheck, findings: string): string {
  return [
    `${peer} cannot be connected as it is. Nothing was changed.`,
    findings,
    isHopeless(check)
      ? 'Put it right and run this again.'
      : 'Put it right and run this again, or save it nevertheless with --force.',
  ].join('\n');
}

/** How a peer fares. */
export function verdict(peer: string, { status }: PeerCheck): string {
  if (status === 'ok') return `${peer} is well.`;
  const inside = peer.replace(/^The /, 'the ');
  return status === 'warning'
    ? `The link can work with ${inside}, but:`
    : `The link cannot work with ${inside}, or with a part of it:`;
}

/** Has AWS's refusal to let the operator read a secret stand for itself: it must not look as if there were none. */
export function throwIfDenied(error: unknown): void {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'AccessDeniedException') throw cause;
  }
}

/** Saves something. @param lack what is and is not done should it fail, as a sentence without its end */
export async function saving<Result>(lack: string, save: Promise<Result>): Promise<Result> {
  try {
    return await save;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`${lack}: ${reason}`, 'Run the command again once that is put right.', { cause });
  }
}
