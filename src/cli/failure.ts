import { reportBug } from '../bug.ts';
import { CannotDo } from './outcome.ts';

/** What ended a command before its work was done, for stderr: one clear line and a hint, or that it is a bug of glistio's own. */
export function describeFailure(error: unknown, argv: readonly string[]): string {
  if (error instanceof CannotDo) return `glistio: ${error.message}\n${error.hint ? `  hint: ${error.hint}\n` : ''}`;
  const { what, where } = reportBug(error);
  const command = ['glistio', ...withoutSecrets(argv)].map(shown).join(' ');
  const frames = where.map((frame) => `    at ${frame}\n`).join('');
  return `glistio: this is a bug in glistio, please report it with the values and: ${command}\n${what}\n${frames}`;
}

/** Options whose values may be secrets, which a report must not carry on. */
const secretive = /^--(?:set(?:-[a-z]+)?|header)(?=$|=)/;

function withoutSecrets(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    const name = secretive.exec(word)?.[0];
    if (name !== undefined) return word === name ? word : `${name}=<hidden>`;
    return secretive.exec(argv[index - 1] ?? '')?.[0] === argv[index - 1] && index > 0 ? '<hidden>' : word;
  });
}

/** A word as a shell would need it, without anything that a terminal obeys. */
function shown(word: string): string {
  if (/^[\w@%+=:,./<>-]+$/.test(word)) return word;
  return JSON.stringify(word.length > 200 ? `${word.slice(0, 200)}…` : word).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
