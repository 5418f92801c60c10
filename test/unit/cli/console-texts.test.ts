import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { catalogue } from '#cli/console/texts/catalogue.ts';
import { engineText, engineTexts } from '#cli/console/texts/engine.ts';
import { languages } from '#cli/console/texts/texts.ts';
import { failureOfCode } from '#shared/moodle/failures.ts';

const all = Object.keys(languages) as (keyof typeof languages)[];

type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** What is put into a message, by name. */
function placeholdersOf(elements: readonly Element[]): string[] {
  const names = elements.flatMap((element) => {
    if ('options' in element) {
      return [element.value, ...Object.values(element.options).flatMap(({ value }) => placeholdersOf(value))];
    }
    // Neither plain text nor the number of a plural.
    return 'value' in element && element.type !== 0 ? [element.value] : [];
  });
  return [...new Set(names)].toSorted();
}

const inMessage = (text: string) => placeholdersOf(new IntlMessageFormat(text).getAst());
const inEngineText = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe('the texts of the console', () => {
  it.each(Object.entries(catalogue))(
    '%s says the same in every language, with the same values',
    (_key, texts) => {
      for (const language of all) {
        expect(texts[language].trim(), language).not.toBe('');
        expect(inMessage(texts[language]), language).toEqual(inMessage(texts.en));
      }
    },
  );

  it('have the values of what the engine says wherever that is said in another language', () => {
    for (const { engine, ...texts } of engineTexts) {
      for (const [language, text] of Object.entries(texts)) {
        const foreign = inEngineText(text).filter((name) => !inEngineText(engine).includes(name));
        expect(foreign, `${language}: ${text}`).toEqual([]);
      }
    }
  });

  it.each(['shared/moodle', 'shared/odoo/import', 'shared/sync'])(
    'have what is advised about failures in %s in every language',
    (folder) => {
      const advices = advicesIn(folder);
      expect(advices.length).toBeGreaterThan(0);
      const unknown = advices.flatMap((text) =>
        all
          .filter((language) => engineText(language, text) === undefined)
          .map((language) => [language, text]),
      );
      expect(unknown).toEqual([]);
    },
  );

  it('have what is advised about each errorcode of Moodle in every language', () => {
    const source = readFileSync('shared/moodle/failures.ts', 'utf8');
    const codes = [...source.matchAll(/^ {4}(\w+):\s/gm), ...source.matchAll(/\{ (\w+): '/g)].map(
      ([, code]) => code!,
    );
    expect(codes).toContain('shortnametaken');
    for (const code of [...codes, 'invalidrecord', 'anythingelse']) {
      const { advice: text } = failureOfCode(code, 'core_user_create_users');
      for (const language of all) expect(engineText(language, text), `${language}: ${code}`).toBeDefined();
    }
  });
});

/** Of these no failure holds an advice: they say it of the instance as a whole, of a run or of a comparison. */
const notOfFailures = [
  ...[/health/, /instance\/availability/, /drift\/words/, /status-findings/, /client\/transport/],
  ...[/import-records/, /carry-out/, /line-values/],
];

const literal = /'(?:[^'\\]|\\.)*'|"[^"]*"|`(?:[^`\\]|\\.)*`/;
const afterAdvice = new RegExp(
  String.raw`\badvice(?: =|:)\s+((?:[^'"\x60,;]+\?\s+)?(?:${literal.source})(?:\s*[+:]\s*(?:${literal.source}))*)`,
  'g',
);

/** The advices in source code, each with its values. */
function advicesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith('.ts') && !notOfFailures.some((pattern) => pattern.test(path)));
  return files.flatMap((path) => {
    const source = readFileSync(path, 'utf8');
    const named = [...source.matchAll(afterAdvice)];
    const ofConflicts = [...source.matchAll(/conflict\(\n([\s\S]*?)\n {2}\)/g)].flatMap(
      ([, given = '']) => given.split(/,\n/)[2] ?? [],
    );
    return [...named.map(([, text = '']) => text), ...ofConflicts].flatMap(sentencesIn);
  });
}

/** What an expression of literals comes to, of either branch where it has two; values stand as something. */
function sentencesIn(expression: string): string[] {
  return expression.split(/ [?:] /).flatMap((branch) => {
    const parts = [...branch.matchAll(new RegExp(literal, 'g'))];
    const text = parts.map(([part]) => part.slice(1, -1)).join('');
    return text === '' ? [] : text.replace(/\$\{[^}]*\}/g, 'something').replaceAll('\\`', '`');
  });
}
