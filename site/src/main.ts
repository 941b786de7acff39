import { ask } from './asking.ts';
import { exampleInput } from './example.ts';
import { fromFragment } from './link.ts';

performance.mark('start');
void fromFragment(location.hash).then(async (linked) => {
  const input = linked ?? exampleInput;
  // The worker loads and renders while the page itself is loaded.
  const drawn = ask('draw', input);
  const [{ openPage }] = await Promise.all([import('./page.tsx'), parsed()]);
  openPage(input, drawn);
});

/** When the document is there that the page is built in. */
function parsed(): Promise<unknown> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
}
