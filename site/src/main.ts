import { ask } from './asking.ts';
import { exampleInput } from './example.ts';
import { fromFragment } from './link.ts';

performance.mark('start');
void fromFragment(location.hash).then(async (linked) => {
  const input = linked ?? exampleInput;
  // The worker loads and renders while the page itself is loaded.
  const drawn = ask('draw', input);
  const { openPage } = await import('./page.tsx');
  openPage(input, drawn);
});
