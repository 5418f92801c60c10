import { compose } from '#functions/compose.ts';
import { streamHandler } from '#functions/handlers.ts';
import { isPushedModel } from '#shared/models/models.ts';
import { followStream } from '#shared/moodle/stream.ts';
import { recordStream } from './declaration.ts';

const { parts, log } = compose(recordStream);

/** Turns a batch of changes of the records table into work units. */
export const handler = streamHandler({ log }, isPushedModel, async (changes) => {
  const { instances, unreadable } = await parts.instances.list();
  for (const error of unreadable) log.error('Instance left out', error);
  const pushed = instances.filter(({ status }) => status !== 'disabled');
  await followStream(changes, pushed, { ...parts, log });
});
