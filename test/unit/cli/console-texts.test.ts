import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { advice } from '#cli/console/texts/advice.ts';
import { catalogue } from '#cli/console/texts/catalogue.ts';
import { languages } from '#cli/console/texts/texts.ts';

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
    for (const { engine, ...texts } of advice) {
      for (const [language, text] of Object.entries(texts)) {
        const foreign = inEngineText(text).filter((name) => !inEngineText(engine).includes(name));
        expect(foreign, `${language}: ${text}`).toEqual([]);
      }
    }
  });
});
