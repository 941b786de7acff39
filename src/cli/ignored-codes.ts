import { CannotDo } from '../outcome.ts';
import { closest } from '../schema/check-closest.ts';

/** The codes of `--ignore`, each possibly a comma-separated list; an unknown code is refused. */
export async function readIgnored(texts: readonly string[]): Promise<string[]> {
  const { codes } = await import('../rules/codes.ts');
  const named = texts.flatMap((text) => text.split(',')).map((code) => code.trim());
  for (const code of named) refuseUnknown(code, codes);
  return named;
}

function refuseUnknown(code: string, codes: ReadonlySet<string>): void {
  if (codes.has(code)) return;
  const meant = closest(code, [...codes])?.word;
  throw new CannotDo(
    `there is no code "${code}"`,
    meant === undefined ? 'docs/rules.md lists the codes' : `did you mean ${meant}?`,
  );
}
