import { abandon, ask } from './asking.ts';
import { exampleInput } from './example.ts';
import { kept } from './kept.ts';
import { fromFragment, toFragment } from './link.ts';
// Bundled separately, like a worker, because this program is put into the document, from where nothing can be imported.
import pageUrl from './page.tsx?worker&url';
import './started.ts';

performance.mark('start');
const before = kept();
void (before === undefined ? fromFragment(location.hash) : Promise.resolve(before)).then(async (linked) => {
  const input = linked ?? exampleInput;
  // The worker loads and renders while the page itself is loaded.
  const isDamaged = linked === undefined && location.hash.startsWith('#1.');
  globalThis.started = { input, isDamaged, drawn: ask('draw', input), ask, abandon, toFragment };
  await parsed();
  await import(/* @vite-ignore */ pageUrl);
});

// Another link was pasted into the address, or the browser went back to one.
addEventListener('hashchange', () => location.reload());

/** When the document is there that the page is built in. */
function parsed(): Promise<unknown> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
}
