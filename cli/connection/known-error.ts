import { OperatorError } from '#cli/operator-error.ts';

/** What to do about the errors of the AWS SDK that an operator can put right, by the error's name. */
const advice: Record<string, (message: string) => string> = {
  CredentialsProviderError: () =>
    'Sign in (`aws sso login` or `aws configure`), and name the profile with --profile where it is not the default one.',
  ExpiredTokenException: () => 'The credentials have expired: sign in anew.',
  ExpiredToken: () => 'The credentials have expired: sign in anew.',
  UnrecognizedClientException: () => 'AWS does not know these credentials: check --profile.',
  InvalidClientTokenId: () => 'AWS does not know these credentials: check --profile.',
  AccessDeniedException: () => 'Ask the owner of the AWS account for the permission that is named above.',
  AccessDenied: () => 'Ask the owner of the AWS account for the permission that is named above.',
};

/** The operator's version of an error that an operator can put right; undefined where it is a fault of the program. */
export function knownError(error: unknown): OperatorError | undefined {
  if (error instanceof OperatorError) return error;
  if (!(error instanceof Error)) return undefined;
  if (/region is missing/i.test(error.message)) {
    return new OperatorError('No AWS region is set.', 'Name it with --region.', { cause: error });
  }
  if (isUnreachable(error)) {
    return new OperatorError(
      'AWS, or the embedded cloud, does not answer.',
      'Check the network and AWS_ENDPOINT_URL; is `npm start -- --serve` still running?',
      { cause: error },
    );
  }
  const help = advice[error.name];
  return help && new OperatorError(`AWS: ${error.message}`, help(error.message), { cause: error });
}

function isUnreachable(error: Error): boolean {
  return (
    'code' in error && ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN'].includes(String(error.code))
  );
}
