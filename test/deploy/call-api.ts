import { credentials, type Emulator, region } from './emulator.ts';

/**
 * One request to a service of the emulator whose SDK client this project has no other use for. The emulator looks at
 * the name of its root key only, so that no signature has to be computed.
 */
export async function callApi(
  emulator: Emulator,
  service: string,
  path: string,
  request: { method: string; headers?: Record<string, string>; body?: string },
): Promise<Response> {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${credentials.accessKeyId}/${day}/${region}/${service}/aws4_request`;
  const answer = await fetch(`${emulator.endpoint}${path}`, {
    ...request,
    headers: {
      ...request.headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
  });
  if (!answer.ok) throw new Error(`${request.method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
