import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../src/problem.ts';
import type { Input } from './answers.ts';
import { isDamaged } from './ask.ts';
import type { Editor } from './editor.ts';

interface InputPaneProps {
  readonly input: Input;
  readonly problems: readonly Problem[];
  /** Whether the first answers have arrived: the editor is loaded after them. */
  readonly isAnswered: boolean;
  /** The line to highlight. */
  readonly lit: number | undefined;
  onText(text: string): void;
  /** The line under the pointer. */
  onLine(line: number | undefined): void;
}

/** Larger than any values. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Where values are pasted, typed or dropped: a plain text field until the editor is loaded, so that the first view does
 * not wait for it.
 */
export function InputPane({ input, problems, isAnswered, lit, onText, onLine }: InputPaneProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  const [hasEditor, setHasEditor] = useState(false);
  const latest = useRef({ input, onText, onLine });
  latest.current = { input, onText, onLine };
  useEffect(() => {
    const load = async (): Promise<void> => {
      const { openEditor } = await import('./editor.ts');
      if (host.current === null) return;
      editor.current = openEditor(host.current, latest);
      setHasEditor(true);
    };
    if (isAnswered && editor.current === undefined) void load();
  }, [isAnswered]);
  useEffect(() => () => editor.current?.close(), []);
  useEffect(() => editor.current?.show(input.text, problems), [input.text, problems, hasEditor]);
  useEffect(() => editor.current?.light(lit), [lit, hasEditor]);
  const [notice, setNotice] = useState(isDamaged ? 'The link is damaged; this is an example.' : undefined);
  const drop = async (event: DragEvent): Promise<void> => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    // The editor would insert them.
    event.preventDefault();
    event.stopPropagation();
    const isLarge = files.reduce((sum, { size }) => sum + size, 0) > mostBytes;
    setNotice(isLarge ? 'More than 4 MiB are not read here.' : undefined);
    if (isLarge) return;
    const texts = await Promise.all(files.map((file) => file.text())).catch(() => undefined);
    if (texts === undefined) setNotice('This cannot be read.');
    else onText(texts.map((text) => (text.endsWith('\n') || texts.length === 1 ? text : `${text}\n`)).join('---\n'));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what can be dropped can be pasted, too
    <div class="input" onDragOver={(event) => event.preventDefault()} onDropCapture={(event) => void drop(event)}>
      {notice === undefined ? null : <p role="alert">{notice}</p>}
      {hasEditor ? null : (
        <textarea
          aria-label="Values, an Application, a HelmRelease, Helm's record or manifests"
          value={input.text}
          spellcheck={false}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
        />
      )}
      <div ref={host} class="editor" />
    </div>
  );
}
