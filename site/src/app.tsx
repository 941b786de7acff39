import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Drawing, Explained, Input, Judged } from './answers.ts';
import { abandon, ask, toFragment } from './ask.ts';
import { ChangesTab } from './changes-tab.tsx';
import { CheckTab } from './check-tab.tsx';
import { InputPane } from './input-pane.tsx';
import { keep } from './kept.ts';
import { ObjectsTab } from './objects-tab.tsx';
import { PictureTab } from './picture-tab.tsx';
import { ProblemList } from './problem-list.tsx';
import { Tabs } from './tabs.tsx';

/** How long typing must pause before the page asks again, in milliseconds. */
const pause = 60;

/** What is known about an input so far; each part arrives separately. */
interface Known {
  /** The input; the newest answers may still be about an earlier one. */
  readonly of?: Input;
  readonly drawing?: Drawing;
  readonly judged?: Judged;
  readonly explained?: Explained;
  readonly failure?: string;
  /** Why it is not known what caused the lines. */
  readonly unexplained?: string;
}

interface AppProps {
  readonly initial: Input;
  /** The first answer, which was requested before the page was built. */
  readonly drawn: Promise<Drawing | undefined>;
}

export function App({ initial, drawn }: AppProps) {
  const [input, setInput] = useState(initial);
  const known = useAnswers(input, input === initial ? drawn : undefined);
  const [lit, setLit] = useState<number | undefined>();
  const [pointed, setPointed] = useState<number | undefined>();
  const releases = useReleases(input.text);
  useEffect(() => {
    const timer = setTimeout(() => input !== initial && keep(input), pause);
    return () => clearTimeout(timer);
  }, [input]);
  const change = (part: Partial<Input>): void => setInput((before) => ({ ...before, ...part }));
  const { of, drawing, judged, explained, failure, unexplained } = known;
  const isOld = of !== undefined && (of.text !== input.text || of.chartVersion !== input.chartVersion);
  const problems = judged?.problems ?? [];
  return (
    <>
      <Header
        input={input}
        releases={releases}
        chosen={judged?.chartVersion || drawing?.chartVersion}
        change={change}
      />
      <main aria-busy={isOld}>
        <section class="pane" aria-label="Input">
          <InputPane
            isAnswered={judged !== undefined}
            input={input}
            problems={problems}
            lit={lit}
            onText={(text) => change({ text })}
            onLine={setPointed}
          />
          <ProblemList problems={problems} isDone={judged !== undefined} failure={failure} onLine={setLit} />
        </section>
        <section class="pane" aria-label="Output">
          <Tabs
            tabs={{
              Objects: () => (
                <ObjectsTab
                  drawing={judged ?? drawing}
                  isManifests={judged?.kind === 'manifests'}
                  explained={explained}
                  unexplained={unexplained}
                  pointed={pointed}
                  onLine={setLit}
                />
              ),
              Picture: () => <PictureTab input={input} />,
              'Another release': () => <ChangesTab input={input} releases={releases} />,
              'Will mTLS work?': () => <CheckTab input={input} change={change} />,
            }}
          />
        </section>
      </main>
      <footer>
        Everything is computed in this page. It connects to nothing: what you paste leaves it only in a link that you
        share, and your browser keeps it only until this tab is closed.
      </footer>
    </>
  );
}

function useReleases(text: string): readonly string[] {
  const [releases, setReleases] = useState<readonly string[]>([]);
  // Queued behind the first answer, and asked again if there was none.
  useEffect(() => {
    const load = (): void => void ask('releases').then(setReleases, () => undefined);
    const timer = releases.length === 0 ? setTimeout(load, 0) : undefined;
    return () => clearTimeout(timer);
  }, [text]);
  return releases;
}

/** The answers about an input: first the rendered objects, then the problems, then what caused each line. */
function useAnswers(input: Input, drawn: Promise<Drawing | undefined> | undefined): Known {
  const [known, setKnown] = useState<Known>({});
  useEffect(() => {
    let isWanted = true;
    // Nothing that is known about an earlier input is kept.
    const take = (part: Known): void => {
      if (isWanted) setKnown((before) => (before.of === input ? { ...before, ...part } : { of: input, ...part }));
    };
    const run = async (): Promise<void> => {
      try {
        const drawing = await (drawn ?? ask('draw', input));
        take(drawing === undefined ? {} : { drawing });
        performance.mark('first-answer');
        if (isWanted) take({ judged: await ask('judge', input) });
      } catch (error) {
        return take({ failure: messageOf(error) });
      }
      if (isWanted) take(await ask('explain', input).then(explainedAs, unexplainedAs));
    };
    const timer = setTimeout(() => void run(), drawn === undefined ? pause : 0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
      abandon();
    };
  }, [input.text, input.chartVersion]);
  return known;
}

const explainedAs = (explained: Explained): Known => ({ explained });
const unexplainedAs = (error: unknown): Known => ({ unexplained: messageOf(error) });

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface HeaderProps {
  readonly input: Input;
  readonly releases: readonly string[];
  readonly chosen: string | undefined;
  change(part: Partial<Input>): void;
}

function Header({ input, releases, chosen, change }: HeaderProps) {
  const [told, setTold] = useState<string | undefined>();
  const newest = useMemo(() => [...releases].reverse(), [releases]);
  const share = async (): Promise<void> => {
    const fragment = await toFragment(input);
    if (fragment !== undefined) {
      history.replaceState(null, '', fragment);
      keep(input);
      await navigator.clipboard?.writeText(location.href).catch(() => undefined);
    }
    setTold(fragment === undefined ? 'Too large for a link' : 'Link is in the address');
    setTimeout(() => setTold(undefined), 2000);
  };
  const turn = (): void => {
    const { dataset } = document.documentElement;
    const isDark =
      dataset['theme'] === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : dataset['theme'] === 'dark';
    dataset['theme'] = isDark ? 'light' : 'dark';
  };
  return (
    <header>
      <h1>glistio</h1>
      <label>
        Release{' '}
        <input
          list="releases"
          value={input.chartVersion}
          placeholder={chosen ?? 'newest'}
          spellcheck={false}
          size={14}
          onChange={({ currentTarget }) => change({ chartVersion: currentTarget.value.trim() })}
        />
      </label>
      <datalist id="releases">
        {newest.map((release) => (
          <option key={release} value={release} />
        ))}
      </datalist>
      <span class="spring" />
      <button type="button" onClick={() => void share()}>
        {told ?? 'Share'}
      </button>
      <button type="button" onClick={turn} aria-label="Dark or light">
        ◐
      </button>
    </header>
  );
}
