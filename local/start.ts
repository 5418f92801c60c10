import { CommanderError } from 'commander';
import { Interrupted } from './run/interruption.ts';
import { readOptions, UsageError } from './run/options.ts';
import { ExportError } from './run/push-from-erp.ts';
import { run } from './run/run.ts';

/** As shells report a process that Ctrl-C ended. */
const interruptedCode = 130;

try {
  process.exitCode = await run(readOptions(process.argv.slice(2)));
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) console.error(`${error.message}\nnpm start -- --help tells what there is.`);
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UsageError) {
    console.error(error.message);
    process.exitCode = 2;
  } else if (error instanceof ExportError) {
    console.error(error.message);
    process.exitCode = 1;
  } else if (error instanceof Interrupted) {
    console.error('Interrupted; everything is stopped.');
    // What was interrupted may still wait for something that is no longer there.
    process.exit(interruptedCode);
  } else {
    throw error;
  }
}
