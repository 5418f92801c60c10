import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { OperatorError } from '#cli/operator-error.ts';
import { embeddedCloudFile } from '#shared/embedded-cloud-file.ts';

/** Where the stack is and who asks, from the command line. */
export interface ConnectionOptions {
  stack?: string | undefined;
  region?: string | undefined;
  profile?: string | undefined;
  /** The embedded cloud of `npm start -- --serve`. */
  local?: boolean | undefined;
}

/** What every client of the SDK is made with; what is left out, the SDK finds in the environment. */
export interface AwsSettings {
  region?: string;
  profile?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

const embeddedCloudSchema = z.object({ endpoint: z.url(), region: z.string() });

/** @throws OperatorError when the embedded cloud is asked for and not there */
export async function awsSettings({ region, profile, local }: ConnectionOptions): Promise<AwsSettings> {
  if (!local) return { ...(region && { region }), ...(profile && { profile }) };
  let text: string;
  try {
    text = await readFile(embeddedCloudFile, 'utf8');
  } catch (cause) {
    throw new OperatorError(
      'The embedded cloud is not running.',
      'Start it in another terminal with `npm start -- --serve`, or leave out --local.',
      { cause },
    );
  }
  const { endpoint, region: embeddedRegion } = embeddedCloudSchema.parse(JSON.parse(text));
  // The embedded cloud takes any credentials; the operator's own have no business there.
  return {
    endpoint,
    region: embeddedRegion,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}
