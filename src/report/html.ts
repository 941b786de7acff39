import { markup, type Printable } from '../printable.ts';
import { lookupTable } from '../value.ts';

const entities: Readonly<Record<string, string>> = lookupTable({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

/** HTML: whatever is inserted is escaped, in text and in quoted attributes. */
export const html = markup('html', (text) => text.replace(/[&<>"']/g, (character) => entities[character] ?? ''));

/** A page that needs nothing else: no script, no picture from elsewhere, no network. The style sheet is glistio's own. */
export function htmlPage(title: string, style: Printable, body: Printable | readonly Printable[]): Printable {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}</body>
</html>
`;
}
