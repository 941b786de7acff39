import { useEffect, useState } from 'preact/hooks';
import type { MtlsCheck } from '../../src/istio/check/types.ts';
import { shown } from '../../src/printable.ts';
import type { Input } from './answers.ts';
import { ask } from './ask.ts';

/** `glistio check` with the mesh's objects that are pasted here. */
export function CheckTab({ input, change }: { readonly input: Input; change(part: Partial<Input>): void }) {
  const [found, setFound] = useState<MtlsCheck | string>();
  const isAsked = input.world.trim() !== '';
  useEffect(() => {
    let isWanted = true;
    setFound(undefined);
    if (!isAsked) return;
    const show = (result: MtlsCheck | string): void => {
      if (isWanted) setFound(result);
    };
    void ask('check', input).then(show, (error: Error) => show(error.message));
    return () => {
      isWanted = false;
    };
  }, [input.text, input.chartVersion, input.world, input.istioVersion, input.isComplete]);
  return (
    <>
      <label class="block">
        Upstreams, Services, Pods or Deployments, policies of the mesh
        <textarea
          rows={8}
          value={input.world}
          spellcheck={false}
          placeholder="kubectl get upstreams,svc,deploy,peerauthentications,destinationrules -A -o yaml"
          onInput={({ currentTarget }) => change({ world: currentTarget.value })}
        />
      </label>
      <label>
        Istio{' '}
        <input
          value={input.istioVersion}
          placeholder="1.22.3"
          size={9}
          spellcheck={false}
          onChange={({ currentTarget }) => change({ istioVersion: currentTarget.value.trim() })}
        />
      </label>
      <label>
        <input
          type="checkbox"
          checked={input.isComplete}
          onChange={({ currentTarget }) => change({ isComplete: currentTarget.checked })}
        />{' '}
        this is all there is
      </label>
      {typeof found === 'string' ? <p role="alert">{found}</p> : found && <Verdicts found={found} />}
    </>
  );
}

function Verdicts({ found: { rows, problems } }: { readonly found: MtlsCheck }) {
  return (
    <ul class="verdicts" aria-label="Verdicts">
      {rows.map(({ upstream, verdict, reasons }) => (
        <li key={`${upstream.namespace}/${upstream.name}`} class={verdict}>
          <b>
            {shown`${upstream.namespace}/${upstream.name}`.exact}: {verdict}
          </b>
          <ul>
            {reasons.map(({ code, text }) => (
              <li key={code + text}>{shown`${text}`.exact}</li>
            ))}
          </ul>
        </li>
      ))}
      {problems.map(({ message, code, severity }) => (
        <li key={code + message} class={severity}>
          {shown`${message}`.exact} <code>{code}</code>
        </li>
      ))}
    </ul>
  );
}
