import { once } from 'node:events';
import type { LocalSystem } from '#local/local-system.ts';

/** Leaves the system running until it is interrupted, and tells how to reach it. */
export async function serve(system: LocalSystem, moodleUrl: string): Promise<void> {
  const { cloud } = system;
  console.log(`
Everything keeps running until Ctrl-C.
  Moodle: ${moodleUrl}
  AWS:    ${cloud.endpoint}

To write records by hand, with the AWS CLI or any SDK:
  export AWS_ENDPOINT_URL=${cloud.endpoint} AWS_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws dynamodb put-item --table-name ${cloud.outputs.RecordsTableName} --item '{"model": {"S": "op.department"}, "id": {"S": "900"}, "name": {"S": "Department of Trials"}, "code": {"S": "TRY"}, "parent_id": {"BOOL": false}}'
  aws dynamodb scan --table-name ${cloud.outputs.MappingsTableName} --max-items 3`);
  const interrupted = new AbortController();
  await Promise.race([
    once(process, 'SIGINT', { signal: interrupted.signal }),
    once(process, 'SIGTERM', { signal: interrupted.signal }),
  ]);
  interrupted.abort();
  console.log('\nStopping …');
}
