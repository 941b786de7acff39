/**
 * The editor's side of a language server: the messages that it sends and receives, through byte streams as over stdin
 * and stdout.
 */
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { PublishDiagnosticsParams } from 'vscode-languageserver-protocol';
import { run } from '../../src/cli/run.ts';
import { memoryIo } from './memory-io.ts';

export interface LspClient {
  /** All messages in both directions, in order. */
  readonly transcript: { readonly from: 'editor' | 'server'; readonly method: string; readonly params: unknown }[];
  request<R>(method: string, params: unknown): Promise<R>;
  notify(method: string, params: unknown): void;
  /** Opens a document, or replaces its text, and waits for its diagnostics. */
  show(uri: string, text: string): Promise<PublishDiagnosticsParams>;
  /** Written to the stream unchanged. */
  raw(bytes: string): void;
  /** Ends the session; resolves with the exit code of a server in this process. */
  end(): Promise<number | undefined>;
}

/** A server in this process, with files that exist in memory only. */
export function startInProcess(
  files: Readonly<Record<string, string>> = {},
  answers: (uri: string) => unknown = () => ({}),
): LspClient {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const io = memoryIo({ files });
  const status = run(['lsp', '--stdio'], {
    ...io,
    stdinChunks: () => input,
    stdout: (text) => void output.write(Buffer.from(text.exact, 'utf8')),
  });
  return connect(output, input, answers, status);
}

/** The editor's side of a server that reads and writes these streams. */
export function connect(
  from: Readable,
  to: Writable,
  answers: (uri: string) => unknown = () => ({}),
  status: Promise<number | undefined> = Promise.resolve(undefined),
): LspClient {
  const connection = createMessageConnection(new StreamMessageReader(from), new StreamMessageWriter(to));
  const transcript: { from: 'editor' | 'server'; method: string; params: unknown }[] = [];
  const waiting = new Map<string, (params: PublishDiagnosticsParams) => void>();
  const versions = new Map<string, number>();
  connection.onRequest('workspace/configuration', ({ items }: { items: { scopeUri: string }[] }) =>
    items.map(({ scopeUri }) => answers(scopeUri)),
  );
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    transcript.push({ from: 'server', method: 'textDocument/publishDiagnostics', params });
    if (params.version === versions.get(params.uri)) waiting.get(params.uri)?.(params);
  });
  connection.onNotification('window/logMessage', (params: unknown) => {
    transcript.push({ from: 'server', method: 'window/logMessage', params });
  });
  connection.listen();
  const client: LspClient = {
    transcript,
    async request<R>(method: string, params: unknown) {
      transcript.push({ from: 'editor', method, params });
      const result = await connection.sendRequest<R>(method, params);
      transcript.push({ from: 'server', method, params: result });
      return result;
    },
    notify(method, params) {
      transcript.push({ from: 'editor', method, params });
      void connection.sendNotification(method, params as object);
    },
    async show(uri, text) {
      const known = versions.get(uri);
      const version = (known ?? 0) + 1;
      versions.set(uri, version);
      const told = new Promise<PublishDiagnosticsParams>((resolve) => waiting.set(uri, resolve));
      if (known === undefined)
        client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version, text } });
      else client.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
      return await told;
    },
    raw: (bytes) => void to.write(bytes),
    async end() {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      to.end();
      const code = await status;
      connection.dispose();
      return code;
    },
  };
  return client;
}
