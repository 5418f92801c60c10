import type { Instance } from '#shared/engine/instance.ts';
import type { Log } from '#shared/engine/ports.ts';
import { MoodleClient } from '#shared/moodle/client.ts';
import type { Tokens } from '#shared/store/tokens.ts';

/** Gives each instance its client, kept while this execution environment lives so that connections stay open. */
export function moodleClients(tokens: Tokens, log: Log): (instance: Instance) => Promise<MoodleClient> {
  const clients = new Map<string, { token: string; baseUrl: string; client: MoodleClient }>();
  return async (instance) => {
    const token = await tokens.get(instance);
    const known = clients.get(instance.id);
    if (known?.token === token && known.baseUrl === instance.base_url) return known.client;
    const client = new MoodleClient({
      baseUrl: instance.base_url,
      token,
      onCall: (call) => log.debug('Moodle called', { instance: instance.id, ...call }),
    });
    clients.set(instance.id, { token, baseUrl: instance.base_url, client });
    return client;
  };
}
