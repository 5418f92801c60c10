import { CommanderError } from 'commander';
import { readOptions, UsageError } from './run/options.ts';
import { run } from './run/run.ts';

try {
  process.exitCode = await run(readOptions(process.argv.slice(2)));
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) console.error(`${error.message}\nnpm start -- --help tells what there is.`);
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UsageError) {
    console.error(error.message);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
