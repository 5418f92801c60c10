import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A folder of this user's own, where `npm start -- --serve` leaves what a person needs to go on with it. */
export const serveFolder = join(tmpdir(), `oec-moodle-sync-${userInfo().uid}`);

/**
 * Where `npm start -- --serve` writes how its embedded cloud is reached (endpoint and region, as JSON), for as long
 * as it runs, and the operators' command reads it.
 */
export const embeddedCloudFile = join(serveFolder, 'embedded-cloud.json');
