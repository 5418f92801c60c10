import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { region } from '#local/cloud/account.ts';
import { demoUniversity } from '#local/demo/demo-university.ts';
import type { LocalSystem } from '#local/local-system.ts';
import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { embeddedCloudFile, serveFolder } from '#shared/embedded-cloud-file.ts';
import { untilInterrupted } from './interruption.ts';

/** Where the peers are reached. */
export type ServedUrls = { moodle: string; erp?: string | undefined };

/** Leaves the system running until it is interrupted, and tells how to reach it. */
export async function serve(system: LocalSystem, urls: ServedUrls, interruption: AbortSignal): Promise<void> {
  const { RecordsTableName, MappingsTableName, InstancesTableName } = system.cloud.outputs;
  // The AWS CLI 1 and boto3 read AWS_DEFAULT_REGION, everything else AWS_REGION.
  await serveWith(
    system,
    urls,
    interruption,
    `The operators' command reaches it with --local, in another terminal:
  npx oec-moodle --local instance list

To write records by hand, with the AWS CLI or any SDK:
  export AWS_ENDPOINT_URL=${system.cloud.endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export RECORDS_TABLE=${RecordsTableName} MAPPINGS_TABLE=${MappingsTableName} INSTANCES_TABLE=${InstancesTableName}
  aws dynamodb put-item --table-name $RECORDS_TABLE --item '{"model": {"S": "op.department"}, "id": {"S": "900"}, "name": {"S": "Department of Trials"}, "code": {"S": "TRY"}, "parent_id": {"BOOL": false}}'
  aws dynamodb get-item --table-name $MAPPINGS_TABLE --key '{"instance": {"S": "demo"}, "idnumber": {"S": "oec_dept_900"}}'`,
  );
}

/** Leaves a stack without records and a Moodle that nobody has registered, for who wants to do it all by hand. */
export async function serveEmpty(
  system: LocalSystem,
  moodle: SimulatedMoodle,
  interruption: AbortSignal,
): Promise<void> {
  const tokenFile = join(serveFolder, 'moodle.token');
  const recordsFile = join(serveFolder, 'demo-university.jsonl');
  const records = demoUniversity().map((item) => `${JSON.stringify(item)}\n`);
  await mkdir(serveFolder, { recursive: true, mode: 0o700 });
  await writeFile(tokenFile, moodle.token, { mode: 0o600 });
  await writeFile(recordsFile, records, { mode: 0o600 });
  await serveWith(
    system,
    { moodle: moodle.url },
    interruption,
    `Nothing is registered and there are no records. The operators' command does both, in another terminal:
  npx oec-moodle --local instance add main --url ${moodle.url} --token-file ${tokenFile}
  npx oec-moodle --local records load ${recordsFile}`,
  );
  await Promise.all([tokenFile, recordsFile].map((file) => rm(file, { force: true })));
}

async function serveWith(
  { cloud }: LocalSystem,
  { moodle, erp }: ServedUrls,
  interruption: AbortSignal,
  help: string,
): Promise<void> {
  await mkdir(serveFolder, { recursive: true, mode: 0o700 });
  await writeFile(embeddedCloudFile, JSON.stringify({ endpoint: cloud.endpoint, region }));
  console.log(`
Everything keeps running until Ctrl-C.
  Moodle: ${moodle}
  AWS:    ${cloud.endpoint}${erp === undefined ? '' : `\n  Odoo:   ${erp}`}

${help}`);
  await untilInterrupted(interruption);
  await rm(embeddedCloudFile, { force: true });
  console.log('\nStopping …');
}
