import { formatPath, type Path, type Problem } from '../problem.ts';
import { nameOfSetArgument, type SetArgument } from './set.ts';

/**
 * Reports which arguments set something that another one sets again, or overwrites with something around it. Helm
 * applies them kind by kind (set-json, set, set-string, set-file, set-literal), which is their order here; `paths` are
 * those of each argument.
 */
export function repeatedSets(args: readonly SetArgument[], paths: readonly (readonly Path[])[]): Problem[] {
  const problems: Problem[] = [];
  const later = new Map<string, SetArgument>();
  const all = args.flatMap((argument, index) => (paths[index] ?? []).map((path) => ({ argument, path })));
  for (const { argument, path } of all.reverse()) {
    const winner = path
      .map((_, depth) => later.get(JSON.stringify(path.slice(0, depth + 1))))
      .find((one) => one !== undefined);
    if (winner !== undefined) problems.push(repeated(argument, winner, path));
    else later.set(JSON.stringify(path), argument);
  }
  return problems.reverse();
}

function repeated(argument: SetArgument, winner: SetArgument, path: Path): Problem {
  const order =
    winner.kind === argument.kind
      ? ''
      : ` Helm applies --${winner.kind} after --${argument.kind}, whatever their order.`;
  return {
    code: 'set-twice',
    severity: 'warning',
    message: `${formatPath(path)} is set twice, and ${nameOfSetArgument(winner)} wins.${order}`,
    file: nameOfSetArgument(argument),
    hint: 'Leave one of them out.',
  };
}
