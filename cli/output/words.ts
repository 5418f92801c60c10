/** A time, to the minute: `2026-09-01 08:05`. It is in UTC. */
export function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** How long ago: `12 min`, `5 h`, `3 days`. */
export function ageOf(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** A count with its thousands apart: `12,345`. */
export function numberOf(count: number): string {
  return count.toLocaleString('en-GB');
}
