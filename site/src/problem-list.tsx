import { shown } from '../../src/printable.ts';
import type { Problem } from '../../src/problem.ts';

interface ProblemListProps {
  readonly problems: readonly Problem[];
  /** Whether the search for problems is complete. */
  readonly isDone: boolean;
  readonly failure: string | undefined;
  onLine(line: number | undefined): void;
}

/** The input's problems; pointing at one highlights its line. */
export function ProblemList({ problems, isDone, failure, onLine }: ProblemListProps) {
  if (failure !== undefined)
    return (
      <p class="problems error" role="alert">
        {shown`${failure}`.exact}
      </p>
    );
  if (problems.length === 0) return <p class="problems quiet">{isDone ? 'Nothing to report.' : '…'}</p>;
  return (
    <ul class="problems" aria-label="Problems">
      {problems.map((problem) => (
        <li key={JSON.stringify(problem)} class={problem.severity}>
          <button
            type="button"
            onClick={() => onLine(problem.line)}
            onFocus={() => onLine(problem.line)}
            onMouseEnter={() => onLine(problem.line)}
          >
            <b>{problem.severity}</b>
            {problem.line === undefined ? '' : ` line ${problem.line}`}: {shown`${problem.message}`.exact}{' '}
            <code>{problem.code}</code>
            {problem.hint === undefined ? null : <small>{shown`${problem.hint}`.exact}</small>}
          </button>
        </li>
      ))}
    </ul>
  );
}
