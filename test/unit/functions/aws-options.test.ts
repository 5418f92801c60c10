import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { awsOptions } from '#functions/compose.ts';

it('end a call of AWS that is not answered', async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new SQSClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    maxAttempts: 1,
    requestHandler: { ...awsOptions.requestHandler, requestTimeout: 20 },
  });
  try {
    await expect(client.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(awsOptions.requestHandler.requestTimeout).toBeLessThanOrEqual(5_000);
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
});

it('are those of every client of every function, since none makes one of its own', async () => {
  for await (const file of glob('functions/**/*.ts')) {
    const made =
      readFileSync(file, 'utf8').match(/new \w+Client\(|documentClient|connection\([^)]*?,/g) ?? [];
    const own = made.filter((call) => call !== 'connection(awsOptions,' && !/(Moodle|Odoo)Client/.test(call));
    expect([file, own]).toEqual([file, []]);
  }
});
