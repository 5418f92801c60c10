import { advice } from './advice.ts';
import { attention } from './attention.ts';
import { chain } from './chain.ts';
import { reportWords } from './report-words.ts';
import type { Language } from './texts.ts';

const texts = [...chain, ...advice, ...attention];
const whole = new Map(texts.map((text) => [text.engine, text]));
const withParts = texts
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
