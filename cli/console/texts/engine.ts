import { advice } from './advice.ts';
import { reportWords } from './report-words.ts';
import type { Language } from './texts.ts';

const whole = new Map(advice.map((text) => [text.engine, text]));
const withParts = advice
  .filter(({ engine }) => engine.includes('{'))
  .map((text) => ({ text, pattern: patternOf(text.engine) }));

/** A text of the engine in a language; undefined where there is none but the English one. */
export function engineText(language: Language, text: string): string | undefined {
  const word = reportWords[text] ?? whole.get(text);
  if (word) return word[language] ?? (language === 'en' ? text : undefined);
  for (const { text: known, pattern } of withParts) {
    const parts = pattern.exec(text)?.groups;
    if (!parts) continue;
    const own = known[language] ?? (language === 'en' ? known.engine : undefined);
    return own?.replace(/\{(\w+)\}/g, (_all, name: string) => parts[name] ?? '');
  }
  return language === 'en' ? text : undefined;
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
