import type { Failure } from '#shared/sync/failure.ts';

/** A sheet cannot be pushed now: something is missing, or another worker is at it. */
export class NotNow extends Error {
  override name = 'NotNow';
  /** Undefined where another worker is at it. */
  readonly failure: Failure | undefined;
  /** Idnumbers of what Moodle no longer has. */
  readonly forget: string[];

  constructor(failure?: Failure, forget: string[] = []) {
    super(failure?.reason ?? 'Another worker is at it.');
    this.failure = failure;
    this.forget = forget;
  }
}

/** @param name how a person knows it @param forget idnumbers whose mapping has to be looked up anew */
export function goneFromMoodle(name: string, forget: string[] = []): NotNow {
  const failure: Failure = {
    class: 'dependency',
    code: 'gone',
    reason: `Moodle no longer has ${name}.`,
    advice:
      forget.length > 0 ? 'Nothing; it is made again by itself.' : 'Nothing; there is nowhere to mark it.',
  };
  return new NotNow(failure, forget);
}
