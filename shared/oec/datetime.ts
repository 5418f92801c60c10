/** A time as Odoo writes it: `YYYY-MM-DD HH:MM:SS` in UTC. @param milliseconds since 1970 */
export function odooDatetime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}
