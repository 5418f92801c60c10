import engine from './engine.json' with { type: 'json' };
import type { Language } from './texts.ts';

/**
 * What the engine says, as it stands in English there, in the languages of the console; in English too where a page has
 * another way to do it than a command. `{name}` stands for what differs.
 */
interface EngineText extends Partial<Record<Language, string>> {
  engine: string;
}

/** Words first, then sentences. Of several that fit, the first counts. */
export const engineTexts: readonly EngineText[] = engine;
const whole = new Map(engineTexts.toReversed().map((text) => [text.engine, text]));
const withParts = engineTexts
  .filter(({ engine }) => engine.includes('{'))
  .map((text) => ({ text, pattern: patternOf(text.engine) }));

/** A text of the engine in a language; undefined where there is none but the English one. */
export function engineText(language: Language, text: string): string | undefined {
  const word = whole.get(text);
  if (word) return word[language] ?? (language === 'en' ? text : undefined);
  for (const { text: known, pattern } of withParts) {
    const parts = pattern.exec(text)?.groups;
    if (!parts) continue;
    const own = known[language] ?? (language === 'en' ? known.engine : undefined);
    const said = Object.entries(parts).map(([name, part]) => [name, partOf(language, name, part)] as const);
    if (said.some(([, part]) => part === undefined)) return undefined;
    const partsSaid = Object.fromEntries(said);
    return own?.replace(/\{(\w+)\}/g, (_all, name: string) => partsSaid[name] ?? '');
  }
  return language === 'en' ? text : undefined;
}

/** Parts that are texts of the engine themselves. */
const ownTexts = ['reason', 'advice', 'limits'];

function partOf(language: Language, name: string, part: string): string | undefined {
  return ownTexts.includes(name) ? engineText(language, part) : part;
}

function patternOf(engine: string): RegExp {
  const seen = new Set<string>();
  const source = engine.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, (_all, name: string) => {
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    return `(?<${name}>.+)`;
  });
  return new RegExp(`^${source}$`);
}
