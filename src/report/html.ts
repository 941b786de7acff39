import { markup } from '../printable.ts';
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
