declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** dynalite ships no types; only what the bench uses. Times in milliseconds. */
  export default function dynalite(options: { createTableMs?: number }): Server;
}
