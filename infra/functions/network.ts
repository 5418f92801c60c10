import { Validations } from 'aws-cdk-lib';
import {
  type ISecurityGroup,
  type IVpc,
  SecurityGroup,
  type SubnetSelection,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '#infra/access/acknowledge-wildcard.ts';
import type { Config } from '#infra/config.ts';

/** Where a function that calls Moodle runs. */
export interface Network {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

/** The private network of the Moodle, or undefined when it is reached over the internet. */
export function createNetwork(scope: Construct, config: Config): Network | undefined {
  if (!config.vpc) return undefined;
  const { vpcId, subnetIds, securityGroupIds } = config.vpc;
  const vpc = Vpc.fromVpcAttributes(scope, 'MoodleVpc', {
    vpcId,
    privateSubnetIds: subnetIds,
    // Zones serve selections of subnets, which are not used here; but CDK wants one for each.
    availabilityZones: subnetIds.map(() => 'unused'),
  });
  Validations.of(vpc).acknowledge({
    id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
    reason: 'Nothing here reads the route table of a subnet.',
  });
  return {
    vpc,
    vpcSubnets: { subnets: vpc.privateSubnets },
    securityGroups: securityGroupIds?.map((id) =>
      SecurityGroup.fromSecurityGroupId(scope, `SecurityGroup-${id}`, id),
    ) ?? [
      new SecurityGroup(scope, 'MoodleSecurityGroup', {
        vpc,
        description: 'Functions that call Moodle: outbound only',
      }),
    ],
  };
}

/**
 * Lets Lambda connect a function to a VPC. None of these actions can be limited to a resource that is known
 * beforehand; but they are Lambda's, and the function's own code may do none of them: only its requests carry the ARN
 * of the function. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function allowNetworkInterfaces(role: Role): void {
  const all = {
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  };
  role.addToPolicy(new PolicyStatement(all));
  const byTheCode = { Null: { 'lambda:SourceFunctionArn': 'false' } };
  role.addToPolicy(new PolicyStatement({ ...all, effect: Effect.DENY, conditions: byTheCode }));
  acknowledgeWildcard(
    role,
    '*',
    'The ids of the network interfaces that Lambda makes are not known beforehand.',
  );
}
