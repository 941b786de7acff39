import { render } from 'preact';
import type { Drawing, Input } from './answers.ts';
import { App } from './app.tsx';

/** Builds the page around an input whose objects were already requested. */
export function openPage(input: Input, drawn: Promise<Drawing | undefined>): void {
  const root = document.getElementById('app');
  if (root !== null) render(<App initial={input} drawn={drawn} />, root);
}
