import { useEffect, useState } from 'preact/hooks';
import type { Input } from './answers.ts';
import { ask } from './ask.ts';

/** A picture of the proxies' pods. As an image it cannot run scripts. */
export function PictureTab({ input }: { readonly input: Input }) {
  const [drawn, setDrawn] = useState<{ readonly svg: string } | { readonly failure: string }>();
  useEffect(() => {
    let isWanted = true;
    setDrawn(undefined);
    const show = (found: { readonly svg: string } | { readonly failure: string }): void => {
      if (isWanted) setDrawn(found);
    };
    void ask('picture', input).then(
      (svg) => show({ svg }),
      (error: Error) => show({ failure: error.message }),
    );
    return () => {
      isWanted = false;
    };
  }, [input.text, input.chartVersion]);
  if (drawn === undefined) return <p class="quiet">…</p>;
  if ('failure' in drawn) return <p role="alert">{drawn.failure}</p>;
  if (drawn.svg === '') return <p class="quiet">There is no proxy to draw.</p>;
  return (
    <img class="picture" alt="The pods of the proxies" src={`data:image/svg+xml,${encodeURIComponent(drawn.svg)}`} />
  );
}
