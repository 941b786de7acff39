import { render } from 'preact';
import { App } from './app.tsx';
import { exampleInput } from './example.ts';
import { fromFragment } from './link.ts';

performance.mark('start');
const root = document.getElementById('app');
if (root !== null)
  void fromFragment(location.hash).then((linked) => render(<App initial={linked ?? exampleInput} />, root));
