/**
 * `node --import tsx scripts/docs-rules.ts`: writes docs/rules.md, the page of all codes, from the rules and their
 * examples.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ruleGroups } from '../src/rules/all.ts';
import { chartCodes, type OtherCode, otherCodes } from '../src/rules/codes.ts';
import type { Rule } from '../src/rules/rule.ts';
import { type Case, findIn, readExample } from '../test/support/rule-examples.ts';

/** The page as Markdown. */
export function rulesPage(): string {
  return `${[introduction, contents(), ...ruleGroups.flatMap(({ title, rules }) => [`## ${title}`, ...rules.map(section)]), others(), broken()].join('\n\n')}\n`;
}

const introduction = `# What glistio validate finds

<!-- Written by scripts/docs-rules.ts from the rules and their examples; not to be edited. -->

\`glistio validate\` reports problems with a code. An **error** is what the API server or Envoy refuses; a **warning** is
what they take and what then does not work, or not as it looks; an **info** is worth knowing. Errors give exit code 1, with
\`--strict\` warnings too, and [settings](settings.md) grade codes and say what else fails. The checks under [Lint](#lint) are made with \`--lint\` only.

Manifests of gateway proxies, what kubectl prints of them, Helm’s record of a release and what runs in a cluster are judged by the
same rules, except for those that only concern values; hints name the values from which the chart makes them.

\`--ignore CODE\` leaves a code out. So does a comment in the file: behind a value for that line, on a line of its own for the
next one, or for the whole file:

\`\`\`yaml
# glistio-ignore-file may-be-injected
global:
  istioSDS:
    enabled: true # glistio-ignore deprecated-value, stale-istio-proxy
\`\`\``;

function contents(): string {
  const lines = ruleGroups.flatMap(({ title, rules }) => [
    `| **${title}** | | |`,
    ...rules.map(({ code, severity, summary }) => `| [\`${code}\`](#${code}) | ${severity} | ${summary} |`),
  ]);
  return `| code | severity | what it finds |\n|---|---|---|\n${lines.join('\n')}`;
}

/** The text of the page about a rule, without its examples. */
export function meaningOf({ code, severity, summary, help, lint, valuesOnly }: Rule): string {
  return [
    `### ${code}`,
    `${summary} *${severity}${lint ? ', with `--lint`' : ''}*`,
    help,
    ...(valuesOnly === undefined ? [] : [`Not looked for in manifests: ${valuesOnly}`]),
  ].join('\n\n');
}

function section(rule: Rule): string {
  return [meaningOf(rule), ...examplesOf(rule.code)].join('\n\n');
}

/** Values for which a code is reported, its message, and others for which it is not. */
function examplesOf(code: string): string[] {
  const { fails, passes } = readExample(code);
  const messages = [...new Set(findIn(fails, code).map(({ message, hint }) => `> ${message} *${hint ?? ''}*`))];
  return [
    `Found in (chart ${fails.release}):`,
    fence(fails),
    messages.join('\n>\n'),
    `Not found in${passes.release === fails.release ? '' : ` (chart ${passes.release})`}:`,
    fence(passes),
  ];
}

function fence({ values }: Case): string {
  return `\`\`\`yaml\n${values.trimEnd()}\n\`\`\``;
}

/** The codes outside the rules. */
export function others(): string {
  const tables = otherCodes.map(
    ({ title, codes }) =>
      `### ${title}\n\n| code | what it means |\n|---|---|\n${codes.map(({ code, summary }) => `| \`${code}\` | ${summary} |`).join('\n')}`,
  );
  return ['## Before the rules', ...tables].join('\n\n');
}

/** Examples of what Helm does with the chart. */
function broken(): string {
  const introduction =
    'With these, `glistio render` prints what the values ask for, and Helm with the chart of the release does not: the install fails, or Kubernetes or Envoy refuses what it gives.';
  return ['## Where the chart is broken', introduction, ...chartCodes.map(deviation)].join('\n\n');
}

function deviation({ code, summary }: OtherCode): string {
  return [`### ${code}`, `${summary} *warning*`, ...examplesOf(code)].join('\n\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync('docs/rules.md', rulesPage());
