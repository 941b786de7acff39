import { useMemo, useState } from 'preact/hooks';
import type { ExplainedLine } from '../../src/explain/map.ts';
import type { Drawing, Explained, ShownObject } from './answers.ts';

interface ObjectsTabProps {
  readonly drawing: Drawing | undefined;
  /** Whether the input is manifests, which are judged as they are. */
  readonly isManifests: boolean;
  readonly explained: Explained | undefined;
  /** Why that is not known. */
  readonly unexplained: string | undefined;
  /** The input line under the pointer. */
  readonly pointed: number | undefined;
  onLine(line: number | undefined): void;
}

/** The rendered objects. Pointing at a line shows what caused it, and highlights that in the input. */
export function ObjectsTab({ drawing, isManifests, explained, unexplained, pointed, onLine }: ObjectsTabProps) {
  const [cause, setCause] = useState<string | undefined>();
  const [showsSecrets, setShowsSecrets] = useState(false);
  const known = useMemo(() => linesByObject(explained), [explained]);
  const { shown, left } = useMemo(() => shownRows(drawing?.objects ?? [], showsSecrets), [drawing, showsSecrets]);
  if (drawing === undefined) return <p class="quiet">…</p>;
  if (isManifests) return <p class="quiet">These are manifests, which are judged as they stand.</p>;
  if (drawing.objects.length === 0) return <p class="quiet">Nothing is rendered; the problems say why.</p>;
  const point = (line: ExplainedLine | undefined): void => {
    const [first] = line?.causes ?? [];
    const place = first?.value === undefined ? undefined : explained?.places[first.value];
    onLine(place);
    setCause(first === undefined ? undefined : words(first, place));
  };
  return (
    <>
      <p class="status" aria-live="polite">
        {cause ??
          (explained === undefined
            ? unexplained === undefined
              ? '…'
              : `What made each line: ${unexplained}`
            : 'Point at a line, or go through them with the arrow keys, to see what made it.')}
      </p>
      <label class="quiet">
        <input
          type="checkbox"
          checked={showsSecrets}
          onChange={({ currentTarget }) => setShowsSecrets(currentTarget.checked)}
        />{' '}
        show secrets
      </label>
      {shown.map(({ object, rows }) => (
        <ObjectView
          key={keyOf(object)}
          name={keyOf(object)}
          rows={rows}
          lines={known.get(keyOf(object))}
          isPointedAt={(line) => pointed !== undefined && isMadeBy(line, pointed, explained)}
          onPoint={point}
        />
      ))}
      {left === 0 ? null : (
        <p class="quiet">
          {left} more lines are not shown; <code>glistio render</code> prints them all.
        </p>
      )}
    </>
  );
}

function words({ value, feature, does }: ExplainedLine['causes'][number], place: number | undefined): string {
  const what = value === undefined ? `the chart's feature ${feature}` : value;
  const where = value === undefined ? '' : place === undefined ? ' (the default)' : ` (line ${place})`;
  return does === 'stands-here' ? `${what}${where} stands here` : `${what}${where} decides about this`;
}

function keyOf({ kind, namespace, name }: Pick<ShownObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

function linesByObject(explained: Explained | undefined): ReadonlyMap<string, readonly ExplainedLine[]> {
  return new Map((explained?.objects ?? []).map((object) => [keyOf(object), object.lines]));
}

function isMadeBy(line: ExplainedLine | undefined, pointed: number, explained: Explained | undefined): boolean {
  return (line?.causes ?? []).some(({ value }) => value !== undefined && explained?.places[value] === pointed);
}

/** More lines, or longer ones, would make the page slow. */
const mostRows = 10_000;
const widest = 2000;

interface ShownRows {
  readonly object: ShownObject;
  readonly rows: readonly string[];
}

/** The lines of the objects that are shown, and the number of those that are not. */
function shownRows(objects: readonly ShownObject[], showsSecrets: boolean): { shown: ShownRows[]; left: number } {
  const shown: ShownRows[] = [];
  let [room, left] = [mostRows, 0];
  for (const object of objects) {
    const all = (showsSecrets ? object.text : object.shown).replace(/\n$/, '').split('\n');
    const rows = all.slice(0, room).map((row) => (row.length > widest ? `${row.slice(0, widest)}…` : row));
    room -= rows.length;
    left += all.length - rows.length;
    if (rows.length > 0) shown.push({ object, rows });
  }
  return { shown, left };
}

interface ObjectViewProps {
  readonly name: string;
  readonly rows: readonly string[];
  readonly lines: readonly ExplainedLine[] | undefined;
  isPointedAt(line: ExplainedLine | undefined): boolean;
  onPoint(line: ExplainedLine | undefined): void;
}

function ObjectView({ name, rows, lines, isPointedAt, onPoint }: ObjectViewProps) {
  const [current, setCurrent] = useState<number | undefined>();
  const go = (line: number): void => {
    setCurrent(line);
    onPoint(lines?.[line]);
  };
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(rows.length - 1, (current ?? -1) + step));
    go(to);
    if (event.currentTarget instanceof HTMLElement)
      event.currentTarget.children[to]?.scrollIntoView({ block: 'nearest' });
  };
  const classOf = (index: number): string =>
    ['row', ...(index === current ? ['current'] : []), ...(isPointedAt(lines?.[index]) ? ['lit'] : [])].join(' ');
  return (
    <details open>
      <summary>{name}</summary>
      <pre
        role="group"
        tabIndex={0}
        aria-label={name}
        onKeyDown={move}
        onClick={(event) => go(rowOf(event))}
        onMouseMove={(event) => onPoint(lines?.[rowOf(event)])}
        onMouseLeave={() => onPoint(undefined)}
      >
        {rows.map((row, index) => (
          <span key={index} data-row={index} class={classOf(index)}>
            {`${row}\n`}
          </span>
        ))}
      </pre>
    </details>
  );
}

/** The index of the line under the pointer; -1 if there is none. */
function rowOf({ target }: MouseEvent): number {
  const row = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-row]') : null;
  return Number(row?.dataset['row'] ?? -1);
}
