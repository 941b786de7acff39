import { CannotDo } from '../outcome.ts';
import { closest } from '../schema/check-closest.ts';

/** The codes of `--ignore`, each possibly a comma-separated list; an unknown code is refused. */
export async function readIgnored(texts: readonly string[]): Promise<string[]> {
  const { codes } = await import('../rules/codes.ts');
  const named = texts.flatMap((text) => text.split(',')).map((code) => code.trim());
  for (const code of named) if (!codes.has(code)) throw unknownCode(code, codes, 'docs/rules.md lists the codes');
  return named;
}

/** There is no such code; the hint is the one that was meant, or `otherwise`. */
export function unknownCode(code: string, codes: ReadonlySet<string>, otherwise: string): CannotDo {
  const meant = closest(code, [...codes])?.word;
  return new CannotDo(`there is no code "${code}"`, meant === undefined ? otherwise : `did you mean ${meant}?`);
}
