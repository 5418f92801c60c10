import { type Html, html } from '#shared/http/html.ts';
import { english } from './parts.ts';
import { fieldsOf, type Shown, type Visit } from './visit.ts';

/** Something that has to be confirmed before it is done. */
export class Unconfirmed extends Error {
  override name = 'Unconfirmed';
  /** What will happen, in the person's language; the message says it in English. */
  readonly body: Html | undefined;

  constructor(message: string, body?: Html) {
    super(message);
    this.body = body;
  }
}

/** Has a person confirm what a command would ask on the terminal in English. @throws Unconfirmed until it is */
export function confirm({ form }: Pick<Visit, 'form'>, body: Html): void {
  if (form.confirmed !== 'yes') throw new Unconfirmed('', body);
}

/** The question in between: what will happen, and the form once more with the answer. */
export function confirmPage({ say, form, path }: Visit, { message, body }: Unconfirmed): Shown {
  const names = Object.keys(form);
  const kept = names.flatMap((name) =>
    fieldsOf(form, name).map((value) => html`<input type="hidden" name="${name}" value="${value}">`),
  );
  const [back] = fieldsOf(form, 'back');
  return {
    title: say('confirm.title'),
    body: html`${body ?? html`<p>${english(message)}</p>`}
<form method="post" action="${path}">${kept}<input type="hidden" name="confirmed" value="yes">
<p class="buttons"><button data-key="Enter">${say('confirm.go_on')}</button>
<a href="${back?.startsWith('/') && !back.startsWith('//') ? back : '/'}">${say('confirm.leave')}</a></p></form>`,
  };
}
