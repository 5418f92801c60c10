import { isPushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { completionAttribute } from '#shared/moodle/completion/moodle-completion.ts';
import { pullStamps } from '#shared/moodle/pulls/pull-ports.ts';

/** What a pull wrote to a record of the ERP's, which the ERP may repeat but never decides. */
const ofTheLink = [...pullStamps, completionAttribute];
/** What a pull wrote to a record of its own, and the ERP may take over or leave out (docs/data-contract.md). */
const keptWhereLeftOut = ['withdrawn', 'moodle_status', 'taken_at'];

/**
 * A record of the ERP's as it is to be stored over what is there: what the link itself has put on the item stays. The
 * stamps are the table's: a stamp that is new there says that a write came from a pull, and what the ERP says is to be
 * pushed.
 */
export function mergedWith(before: RecordItem | undefined, item: RecordItem): RecordItem {
  const merged: RecordItem = { ...item };
  if (isPushedModel(item.model)) {
    delete merged.connector_no_export;
    delete merged.sync_stamp;
  }
  for (const name of ofTheLink) if (before && name in before) merged[name] = before[name];
  for (const name of keptWhereLeftOut) {
    if (before && name in before && !(name in item)) merged[name] = before[name];
  }
  return merged;
}
