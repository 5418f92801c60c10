import { InvalidArgumentError, Option } from 'commander';

/** `--limit`. @throws InvalidArgumentError, which Commander shows with the option's name; so do the others */
export function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 on.');
  return Number(text);
}

/** `--port`. */
export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('Give a number up to 65535.');
  return Number(text);
}

/** The values of an option that can be repeated. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

const units = { s: 1_000, m: 60_000, h: 60 * 60_000 } as const;

/** Milliseconds of a duration on the command line: `90s`, `30m`, `2h`. @throws InvalidArgumentError */
function parseDuration(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) {
    throw new InvalidArgumentError('It has to be seconds, minutes or hours, such as 90s, 30m or 2h.');
  }
  return Number(number) * units[unit as keyof typeof units];
}

/** A duration of whole minutes for people: `an hour`, `2 hours`, `90 minutes`. */
export function inWords(milliseconds: number): string {
  const minutes = milliseconds / units.m;
  if (minutes % 60 !== 0) return `${minutes} minutes`;
  return minutes === 60 ? 'an hour' : `${minutes / 60} hours`;
}

/** `--timeout`, in milliseconds. */
export function timeoutOption(): Option {
  return new Option('--timeout <duration>', 'how long to follow the work, such as 90s, 30m or 2h')
    .argParser(parseDuration)
    .default(parseDuration('30m'), '30m');
}

/** `--for`: for how long the operator's word counts, in milliseconds. */
export function wordOption(): Option {
  return new Option('--for <time>', 'for how long, such as 30m or 2h; at most 24h')
    .argParser(parseWord)
    .default(parseWord('1h'), '1h');
}

function parseWord(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds > 24 * units.h) {
    throw new InvalidArgumentError('At most 24h: the brake is there to be on.');
  }
  return milliseconds;
}
