/** Runs glistio's language server for Visual Studio Code: the one in the extension, or another by its path. */
import { type ExtensionContext, workspace } from 'vscode';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const path = workspace.getConfiguration('glistio').get('path', '');
  const server: ServerOptions =
    path === ''
      ? { module: context.asAbsolutePath('server/dist/cli.cjs'), args: ['lsp'], transport: TransportKind.stdio }
      : { command: path, args: ['lsp', '--stdio'] };
  const documentSelector = ['yaml', 'helm', 'json'].map((language) => ({ language }));
  client = new LanguageClient('glistio', 'glistio', server, {
    documentSelector,
    synchronize: { configurationSection: 'glistio' },
  });
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
