/** The language server: the life of a connection and of the documents that are open in the editor. */
import { Readable } from 'node:stream';
import {
  AbstractMessageWriter,
  createMessageConnection,
  type Message,
  type MessageConnection,
  type MessageWriter,
  StreamMessageReader,
} from 'vscode-jsonrpc/node';
import type {
  CodeActionParams,
  DidChangeConfigurationParams,
  DidChangeTextDocumentParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
  InitializeParams,
  InitializeResult,
  TextDocumentPositionParams,
} from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { reportBug } from '../../bug.ts';
import { judgeFile } from '../../editor/judge.ts';
import { editorSettings } from '../../editor/settings.ts';
import type { Io } from '../../node/io.ts';
import { rulesPage } from '../../node/own-program.ts';
import { payload } from '../../printable.ts';
import { version } from '../version.ts';
import { type Asked, codeActions, completions, hover, sourceOf } from './answers.ts';
import { diagnosticOf } from './diagnostics.ts';
import { settingsOfFolder } from './folder.ts';

/** How long typing must pause before a document is checked, in milliseconds. */
const pause = 150;

/** Frames messages for standard output. */
class OutputWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #io: Io;

  constructor(io: Io) {
    super();
    this.#io = io;
  }

  async write(message: Message): Promise<void> {
    const body = JSON.stringify(message);
    this.#io.stdout(payload(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`));
  }

  end(): void {}
}

const capabilities: InitializeResult['capabilities'] = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: 2 },
  completionProvider: { triggerCharacters: [' ', ':'] },
  hoverProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix'] },
};

/** The input, with its end delayed a little, so that requests before it are answered first. */
async function* untilAnswered(input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* input;
  await new Promise((resolve) => setTimeout(resolve, pause));
}

/** Serves one editor until it exits or closes the input; returns whether it shut down properly. */
export async function serveEditor(io: Io): Promise<boolean> {
  const input = io.stdinChunks === undefined ? [Buffer.from(await io.stdin())] : io.stdinChunks();
  const reader = new StreamMessageReader(Readable.from(untilAnswered(input)));
  const connection = createMessageConnection(reader, new OutputWriter(io));
  const server = new Server(connection, io);
  const isPolite = await server.served;
  connection.dispose();
  return isPolite;
}

class Server {
  readonly served: Promise<boolean>;
  readonly #connection: MessageConnection;
  readonly #io: Io;
  readonly #documents = new Map<string, TextDocument>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** The editor's settings for each document, requested once. */
  readonly #configurations = new Map<string, Promise<unknown>>();
  /** The editor's settings at startup, or for all documents. */
  #configuration: unknown;
  #canAsk = false;
  #isAskedToEnd = false;

  constructor(connection: MessageConnection, io: Io) {
    this.#connection = connection;
    this.#io = io;
    this.served = new Promise((resolve) => {
      const end = (): void => {
        for (const timer of this.#timers.values()) clearTimeout(timer);
        resolve(this.#isAskedToEnd);
      };
      connection.onNotification('exit', end);
      connection.onClose(end);
    });
    // Input that is not a message is skipped.
    connection.onError(() => undefined);
    this.#listen();
    connection.listen();
  }

  #listen(): void {
    const connection = this.#connection;
    connection.onRequest('initialize', (params: InitializeParams) => this.#initialize(params));
    connection.onRequest('shutdown', () => {
      this.#isAskedToEnd = true;
      return null;
    });
    connection.onNotification('workspace/didChangeConfiguration', ({ settings }: DidChangeConfigurationParams) => {
      this.#configurations.clear();
      if (!this.#canAsk) this.#configuration = settings?.glistio ?? settings;
      for (const document of this.#documents.values()) this.#checkSoon(document);
    });
    connection.onNotification('textDocument/didOpen', ({ textDocument: given }: DidOpenTextDocumentParams) => {
      this.#keep(TextDocument.create(given.uri, given.languageId, given.version, given.text));
    });
    connection.onNotification('textDocument/didChange', (params: DidChangeTextDocumentParams) => {
      const { uri, version: newest } = params.textDocument;
      const document = this.#documents.get(uri);
      if (document !== undefined) this.#keep(TextDocument.update(document, params.contentChanges, newest));
    });
    connection.onNotification('textDocument/didClose', ({ textDocument: { uri } }: DidCloseTextDocumentParams) => {
      clearTimeout(this.#timers.get(uri));
      for (const map of [this.#timers, this.#documents, this.#configurations]) map.delete(uri);
      void connection.sendNotification('textDocument/publishDiagnostics', { uri, diagnostics: [] });
    });
    this.#answer('textDocument/completion', (asked, { position }: TextDocumentPositionParams) =>
      completions(asked, asked.document.offsetAt(position)),
    );
    this.#answer('textDocument/hover', (asked, { position }: TextDocumentPositionParams) =>
      hover(asked, asked.document.offsetAt(position)),
    );
    this.#answer('textDocument/codeAction', (asked, { range }: CodeActionParams) => codeActions(asked, range));
  }

  /** Handles a request about a document; a bug in the answer is reported, and the server continues. */
  #answer<P extends { readonly textDocument: { readonly uri: string } }>(
    method: string,
    answer: (asked: Asked, params: P) => unknown,
  ): void {
    this.#connection.onRequest(method, async (params: P) => {
      const document = this.#documents.get(params.textDocument.uri);
      return document === undefined ? null : this.#guarded(async () => answer(await this.#ask(document), params));
    });
  }

  async #guarded(work: () => Promise<unknown>): Promise<unknown> {
    try {
      return await work();
    } catch (error) {
      const { what, where } = reportBug(error);
      const message = `glistio: this is a bug in glistio, please report it: ${[what, ...where].join(' ')}`;
      void this.#connection.sendNotification('window/logMessage', { type: 1, message });
      return null;
    }
  }

  #initialize({ capabilities: client, initializationOptions }: InitializeParams): InitializeResult {
    this.#configuration = initializationOptions;
    this.#canAsk = client.workspace?.configuration === true;
    return { capabilities, serverInfo: { name: 'glistio', version } };
  }

  #keep(document: TextDocument): void {
    this.#documents.set(document.uri, document);
    this.#checkSoon(document);
  }

  #checkSoon({ uri }: TextDocument): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => void this.#guarded(() => this.#check(uri)), pause),
    );
  }

  async #check(uri: string): Promise<void> {
    const open = this.#documents.get(uri);
    const asked = open && (await this.#ask(open));
    const document = this.#documents.get(uri);
    if (document === undefined || asked === undefined) return;
    const source = sourceOf(document);
    const problems = judgeFile(source, asked.settings)?.problems ?? [];
    const diagnostics = problems.map((problem) => diagnosticOf(problem, source.text, asked.page));
    await this.#connection.sendNotification('textDocument/publishDiagnostics', {
      uri,
      version: document.version,
      diagnostics,
    });
  }

  /** A document with all its settings: those of the editor, and beneath them those of the chart that it is part of. */
  async #ask(document: TextDocument): Promise<Asked> {
    const { uri } = document;
    const configuration = this.#canAsk ? await this.#configurationOf(uri) : this.#configuration;
    const said = { ...editorSettings(this.#configuration), ...editorSettings(configuration) };
    const { rulesPage: page = rulesPage() } = { ...(configuration as { readonly rulesPage?: unknown }) };
    const settings = { ...said, ...(await settingsOfFolder(uri, this.#io)) };
    return { document, settings, page: typeof page === 'string' && page !== '' ? page : undefined };
  }

  async #configurationOf(uri: string): Promise<unknown> {
    const known = this.#configurations.get(uri);
    if (known !== undefined) return await known;
    const items = [{ scopeUri: uri, section: 'glistio' }];
    const asked = this.#connection.sendRequest<unknown[]>('workspace/configuration', { items }).then(
      ([one]) => one,
      () => undefined,
    );
    this.#configurations.set(uri, asked);
    return await asked;
  }
}
