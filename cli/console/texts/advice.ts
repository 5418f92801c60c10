import type { EngineText } from './engine.ts';

/** What the engine advises about failures. */
export const advice: readonly EngineText[] = [];
