import { markup } from '../printable.ts';
import { lookupTable } from '../value.ts';

const entities: Readonly<Record<string, string>> = lookupTable({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

/** HTML: whatever is put into it is escaped, in text and in attributes in quotes. */
export const html = markup('html', (text) => text.replace(/[&<>"']/g, (character) => entities[character] ?? ''));
