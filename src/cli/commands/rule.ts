import { json, lines } from '../../printable.ts';
import { defineCommand } from '../command.ts';
import { unknownCode } from '../ignored-codes.ts';
import { answerOption } from '../options.ts';

export const ruleCommand = defineCommand({
  name: 'rule',
  summary: 'Explain the code of a problem, and what to do about it; without a code, list all codes',
  positionals: [
    { name: 'CODE', summary: 'The code, printed in brackets after a problem', optional: true, completes: 'code' },
  ],
  options: { output: answerOption },
  readsSettings: false,
  examples: {
    'glistio rule certificates-never-written': 'One rule',
    'glistio rule -o json': 'All codes, for a program',
  },
  async run({ output }, { io, positionals }) {
    const { codes, summaryOf, textsOfRule } = await import('../../rules/codes.ts');
    const { ruleOf } = await import('../../rules/all.ts');
    const entryOf = (code: string) => {
      const rule = ruleOf(code);
      return {
        code,
        ...(rule === undefined ? {} : { severity: rule.severity, lint: rule.lint === true }),
        summary: summaryOf(code),
        ...(rule === undefined ? {} : { help: textsOfRule(code)?.help ?? '' }),
      };
    };
    const [asked] = positionals;
    if (asked === undefined) {
      const entries = [...codes].map(entryOf);
      const width = Math.max(...entries.map(({ code }) => code.length));
      io.stdout(
        output === 'json'
          ? json(entries)
          : lines(entries.map(({ code, summary }) => `${code.padEnd(width)}  ${summary}\n`).join('')),
      );
      return 'done';
    }
    if (!codes.has(asked)) throw unknownCode(asked, codes, '`glistio rule` lists them all');
    const entry = entryOf(asked);
    const kind = 'severity' in entry ? ` (${entry.severity}${entry.lint ? ', with --lint' : ''})` : '';
    io.stdout(
      output === 'json'
        ? json(entry)
        : lines(`${asked}${kind}: ${entry.summary}\n${'help' in entry ? `\n${entry.help}\n` : ''}`),
    );
    return 'done';
  },
});
