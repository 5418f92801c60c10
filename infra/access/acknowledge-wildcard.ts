import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Tells cdk-nag why a role or policy may act on all resources of this pattern; any other wildcard stays a finding.
 *
 * @param resource the ARN with the wildcard, as it stands in the policy
 */
export function acknowledgeWildcard(of: IConstruct, resource: string, reason: string): void {
  const finding = flatten(Stack.of(of).resolve(resource));
  Validations.of(of).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
}

type Resolved =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly string[] }
  | { readonly 'Fn::Join': readonly [string, readonly Resolved[]] };

/** Writes a value of a template on one line, as cdk-nag does in the names of its findings. */
function flatten(value: Resolved): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'].join('.')}>`;
  const [separator, parts] = value['Fn::Join'];
  return parts.map(flatten).join(separator);
}
