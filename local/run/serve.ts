import type { LocalSystem } from '#local/local-system.ts';
import { untilInterrupted } from './interruption.ts';

/** Leaves the system running until it is interrupted, and tells how to reach it. */
export async function serve(
  { cloud }: LocalSystem,
  moodleUrl: string,
  interruption: AbortSignal,
): Promise<void> {
  const { RecordsTableName, MappingsTableName, InstancesTableName } = cloud.outputs;
  // The AWS CLI 1 and boto3 read AWS_DEFAULT_REGION, everything else AWS_REGION.
  console.log(`
Everything keeps running until Ctrl-C.
  Moodle: ${moodleUrl}
  AWS:    ${cloud.endpoint}

To write records by hand, with the AWS CLI or any SDK:
  export AWS_ENDPOINT_URL=${cloud.endpoint} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export RECORDS_TABLE=${RecordsTableName} MAPPINGS_TABLE=${MappingsTableName} INSTANCES_TABLE=${InstancesTableName}
  aws dynamodb put-item --table-name $RECORDS_TABLE --item '{"model": {"S": "op.department"}, "id": {"S": "900"}, "name": {"S": "Department of Trials"}, "code": {"S": "TRY"}, "parent_id": {"BOOL": false}}'
  aws dynamodb get-item --table-name $MAPPINGS_TABLE --key '{"instance": {"S": "demo"}, "idnumber": {"S": "oec_dept_900"}}'`);
  await untilInterrupted(interruption);
  console.log('\nStopping …');
}
