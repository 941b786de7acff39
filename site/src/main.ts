import { ask } from './asking.ts';
import { exampleInput } from './example.ts';
import { fromFragment, toFragment } from './link.ts';
// Bundled separately, like a worker, because this program is put into the document, from where nothing can be imported.
import pageUrl from './page.tsx?worker&url';
import './started.ts';

performance.mark('start');
void fromFragment(location.hash).then(async (linked) => {
  const input = linked ?? exampleInput;
  // The worker loads and renders while the page itself is loaded.
  globalThis.started = { input, drawn: ask('draw', input), ask, toFragment };
  await parsed();
  await import(/* @vite-ignore */ pageUrl);
});

/** When the document is there that the page is built in. */
function parsed(): Promise<unknown> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
}
