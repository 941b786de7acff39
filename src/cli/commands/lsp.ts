import { defineCommand } from '../command.ts';

export const lsp = defineCommand({
  name: 'lsp',
  summary: 'Run a language server for editors: problems while typing, quick fixes, hover and completion',
  options: {
    stdio: { kind: 'flag', summary: 'Use standard input and output, which is the default' },
    // Visual Studio Code's client passes it to every server; standard input already shows when the editor has exited.
    clientProcessId: { kind: 'text', value: 'PID', summary: 'The process ID of the editor; ignored' },
  },
  examples: { 'glistio lsp --stdio': 'The command that an editor runs' },
  async run(_, { io }) {
    const { serveEditor } = await import('../lsp/server.ts');
    // The protocol treats an editor that disconnects without `shutdown` as an error.
    return (await serveEditor(io)) ? 'done' : 'findings';
  },
});
