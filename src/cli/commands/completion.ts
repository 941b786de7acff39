import { payload } from '../../printable.ts';
import { defineCommand } from '../command.ts';

export const completion = defineCommand({
  name: 'completion',
  summary: 'Print a script that lets a shell complete commands, options and their values',
  positionals: [{ name: 'shell', summary: 'The shell', choices: ['bash', 'zsh', 'fish', 'powershell'] }],
  options: {},
  readsSettings: false,
  examples: {
    'source <(glistio completion bash)': 'In ~/.bashrc; for zsh, with zsh in place of bash, in ~/.zshrc',
    'glistio completion fish > ~/.config/fish/completions/glistio.fish': 'For fish',
    'glistio completion powershell | Out-String | Invoke-Expression': 'In $PROFILE of PowerShell',
  },
  async run(_, { io, positionals }) {
    const { completionScripts } = await import('../completion-scripts.ts');
    const shell = positionals[0] as keyof typeof completionScripts;
    io.stdout(payload(completionScripts[shell]));
    return 'done';
  },
});
