import { defineCommand } from '../command.ts';

export const lsp = defineCommand({
  name: 'lsp',
  summary: 'Run a language server for editors: problems while typing, quick fixes, hover and completion',
  options: { stdio: { kind: 'flag', summary: 'Speak on standard input and output, as it does anyway' } },
  examples: [{ command: 'glistio lsp --stdio', summary: 'What an editor starts' }],
  async run(_, { io }) {
    const { serveEditor } = await import('../lsp/server.ts');
    // An editor that goes without a word is an error, as the protocol has it.
    return (await serveEditor(io)) ? 'done' : 'findings';
  },
});
