import { compose } from '#functions/compose.ts';
import { type Delivery, queueHandler } from '#functions/handlers.ts';
import { reserveForPage } from '#functions/reserves.ts';
import { type RetentionTask, retentionTaskSchema } from '#shared/retention/ports.ts';
import { expire } from '#shared/retention/retention.ts';
import { retention } from './declaration.ts';

const { parts, settings, clock, log } = compose(retention);
const day = 24 * 60 * 60_000;

/** Deletes what is held of people longer than it is needed. What is left when time runs out comes in a part of its own. */
export const handler = queueHandler(
  { log },
  { schema: retentionTaskSchema, failed: 'Nothing more expired', work },
);

async function work({ position }: RetentionTask, { remaining }: Delivery): Promise<void> {
  const before = clock.now() - settings.RETENTION_DAYS * day;
  const ports = { ...parts, log, instances: await parts.instances.ids() };
  const rest = await expire(position, before, ports, () => remaining() > reserveForPage);
  if (rest) await parts.queue.send([{ position: rest }]);
}
