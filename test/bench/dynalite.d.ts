declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** dynalite ships no types; only what the embedded cloud uses. Times in milliseconds. */
  export default function dynalite(options: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
