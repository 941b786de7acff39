/** The page around what the first program started. */
import { render } from 'preact';
import { App } from './app.tsx';

// A file that is dropped beside its field must not replace the page.
for (const event of ['dragover', 'drop']) addEventListener(event, (dropped) => dropped.preventDefault());

const root = document.getElementById('app');
if (root !== null) render(<App initial={globalThis.started.input} drawn={globalThis.started.drawn} />, root);
