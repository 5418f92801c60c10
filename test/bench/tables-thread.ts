import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';
import dynalite from 'dynalite';

/** A DynamoDB in a thread of its own: no collector of garbage of who is measured has to look through what it holds. */
const server = dynalite({ createTableMs: 0 });
// A connection that is kept open is not closed while it is used again.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
parentPort?.postMessage((server.address() as AddressInfo).port);
