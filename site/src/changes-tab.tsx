import { useEffect, useState } from 'preact/hooks';
import type { Input } from './answers.ts';
import { ask } from './ask.ts';

/** What another release would change in the same objects; secrets are hidden as in `glistio diff`. */
export function ChangesTab({ input, releases }: { readonly input: Input; readonly releases: readonly string[] }) {
  const [other, setOther] = useState('');
  const [text, setText] = useState<string>();
  const chosen = other === '' ? releases.at(-1) : other;
  useEffect(() => {
    let isWanted = true;
    setText(undefined);
    if (chosen === undefined) return;
    const show = (found: string): void => {
      if (isWanted) setText(found);
    };
    void ask('compare', input, chosen).then(show, (error: Error) => show(error.message));
    return () => {
      isWanted = false;
    };
  }, [input.text, input.chartVersion, chosen]);
  return (
    <>
      <label>
        With release{' '}
        <input
          list="releases"
          value={other}
          placeholder={releases.at(-1) ?? ''}
          spellcheck={false}
          size={14}
          onChange={({ currentTarget }) => setOther(currentTarget.value.trim())}
        />
      </label>
      <pre role="group" class="text" tabIndex={0} aria-label="Changes">
        {text ?? '…'}
      </pre>
    </>
  );
}
