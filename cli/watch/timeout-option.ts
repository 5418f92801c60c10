import { Option } from 'commander';
import { parseDuration } from './duration.ts';

/** As on the command line. */
const usualTimeout = '30m';

/** `--timeout`, with its default. */
export function timeoutOption(): Option {
  return new Option('--timeout <duration>', 'how long to follow the work, such as 90s, 30m or 2h')
    .argParser(parseDuration)
    .default(parseDuration(usualTimeout), usualTimeout);
}
