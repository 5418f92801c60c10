import { invalidParameter } from '../moodle-exception.ts';

/** Reads `1,2,3`. @throws MoodleException `invalidparameter` for anything else */
export function commaSeparatedIds(value: string): number[] {
  if (!/^\d+(,\d+)*$/.test(value)) throw invalidParameter();
  return value.split(',').map(Number);
}
