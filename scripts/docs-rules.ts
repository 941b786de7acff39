/**
 * `node --import tsx scripts/docs-rules.ts`: writes docs/rules.md, the page of all codes, from the rules and their
 * examples.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ruleGroups } from '../src/rules/all.ts';
import { chartCodes, type OtherCode, otherCodes, summaryOf, textsOfRule } from '../src/rules/codes.ts';
import type { Rule } from '../src/rules/rule.ts';
import { type Case, findIn, readExample } from '../test/support/rule-examples.ts';

/** The page as Markdown. */
export function rulesPage(): string {
  return `${[introduction, contents(), ...ruleGroups.flatMap(({ title, rules }) => [`## ${title}`, ...rules.map(section)]), others(), broken()].join('\n\n')}\n`;
}

const introduction = `# What glistio validate finds

<!-- Written by scripts/docs-rules.ts from the rules and their examples; not to be edited. -->

Every problem that \`glistio validate\` reports has a code. The API server or Envoy refuses an **error**; they accept a **warning**,
but it does not work, or not as it looks; an **info** is worth knowing. The exit code is 1 for errors, with \`--strict\` for warnings too;
[settings](settings.md) change the severity of codes and decide what else fails. The checks under [Lint](#lint) only run with \`--lint\`.

The same rules check rendered manifests of gateway proxies, the output of kubectl, Helm’s record of a release and a running cluster,
except for rules that only concern values. Hints name the values from which the chart renders the objects.

\`--ignore CODE\` ignores a code. So does a comment in the file: after a value for that line, on a separate line for the next
line, or for the whole file:

\`\`\`yaml
# glistio-ignore-file may-be-injected
global:
  istioSDS:
    enabled: true # glistio-ignore deprecated-value, stale-istio-proxy
\`\`\``;

function contents(): string {
  const lines = ruleGroups.flatMap(({ title, rules }) => [
    `| **${title}** | | |`,
    ...rules.map(({ code, severity }) => `| [\`${code}\`](#${code}) | ${severity} | ${summaryOf(code)} |`),
  ]);
  return `| code | severity | what it finds |\n|---|---|---|\n${lines.join('\n')}`;
}

/** The text of the page about a rule, without its examples. */
export function meaningOf({ code, severity, lint, valuesOnly }: Rule): string {
  return [
    `### ${code}`,
    `${summaryOf(code)} *${severity}${lint ? ', with `--lint`' : ''}*`,
    textsOfRule(code)?.help ?? '',
    ...(valuesOnly === undefined ? [] : [`Not reported for manifests: ${valuesOnly}`]),
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
    'For these values, `glistio render` prints what they ask for, but Helm with the chart of the release does not: the install fails, or Kubernetes or Envoy refuses its output.';
  return ['## Where the chart is broken', introduction, ...chartCodes.map(deviation)].join('\n\n');
}

function deviation({ code, summary }: OtherCode): string {
  return [`### ${code}`, `${summary} *warning*`, ...examplesOf(code)].join('\n\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync('docs/rules.md', rulesPage());
