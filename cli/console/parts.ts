import { type Html, html } from '#shared/http/html.ts';
import type { Visit } from './visit.ts';

/** A form that changes something; nothing where nothing may be changed. */
export function changeForm(visit: Visit, action: string, content: Html): Html | false {
  if (visit.isReadOnly) return false;
  return html`<form method="post" action="${action}">${content}</form>`;
}

/** Texts that the commands share with the terminal are in English, whatever the page is in. */
export function english(text: string): Html {
  return html`<span lang="en">${text}</span>`;
}
