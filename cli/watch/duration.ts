import { InvalidArgumentError } from 'commander';

const units = { s: 1_000, m: 60_000, h: 60 * 60_000 } as const;

/**
 * Milliseconds of a duration on the command line: `90s`, `30m`, `2h`.
 *
 * @throws InvalidArgumentError, which Commander shows with the option's name
 */
export function parseDuration(text: string): number {
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
