import type { EngineText } from './texts.ts';

/** What the engine advises about failures. */
export const advice: readonly EngineText[] = [];
