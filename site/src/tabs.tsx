import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';

/** Tabs as in the ARIA practices: arrows, Home and End move between them, and the selected one is visible. */
export function Tabs({ tabs }: { readonly tabs: Readonly<Record<string, () => ComponentChildren>> }) {
  const names = Object.keys(tabs);
  const [chosen, setChosen] = useState(names[0] ?? '');
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = names.indexOf(chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const name = to === undefined ? undefined : names.at(to % names.length);
    if (name === undefined) return;
    event.preventDefault();
    setChosen(name);
    list.current?.querySelector<HTMLElement>(`[data-tab="${name}"]`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" ref={list} onKeyDown={move}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            data-tab={name}
            aria-selected={name === chosen}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => setChosen(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={chosen} class="panel">
        {tabs[chosen]?.()}
      </div>
    </>
  );
}
