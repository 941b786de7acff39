/** The page around what the first program started. */
import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('app');
if (root !== null) render(<App initial={globalThis.started.input} drawn={globalThis.started.drawn} />, root);
