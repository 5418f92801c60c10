import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { Brake } from '#shared/sync/limits/brake.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import type { RecordView } from './record-view.ts';

/** One work unit's dealings with one Moodle. */
export interface PushContext {
  instance: Instance;
  client: MoodleCaller;
  view: RecordView;
  brake: Brake;
  clock: Clock;
  log: Log;
  /** Push even where the hash says that nothing changed. */
  force: boolean;
  /** Idnumbers of what turned out not to be in Moodle what its mapping says: it is pushed again. */
  doubted: Set<string>;
  /** Set once the instance turned out to be away or misconfigured: no further call is made. */
  failure?: Failure;
}
