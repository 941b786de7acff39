/**
 * `node --import tsx scripts/docs-values.ts`: writes docs/values.md, the reference of the values that determine the
 * gateway proxies.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chartOf } from '../src/chart/chart.ts';
import { newestRelease } from '../src/chart/releases.ts';
import { parsePath } from '../src/problem.ts';
import { type Explanation, explainValue, searchValues } from '../src/schema/explain.ts';
import { jsonText } from '../src/value.ts';

/** The page as Markdown. */
export function valuesPage(): string {
  const chart = chartOf(newestRelease);
  const explained = searchValues('', chart)
    .map(({ path }) => explainValue(parsePath(path), chart))
    .filter((explanation) => explanation !== undefined)
    .filter(({ path, what }) => what !== undefined && decisive.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const groups = [...new Set(explained.map(groupOf))];
  const sections = groups.map((group) =>
    section(
      group,
      explained.filter((explanation) => groupOf(explanation) === group),
    ),
  );
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

/** What the gateway proxies' templates read, and how Gloo's other pods relate to Istio. */
const decisive =
  /^(global(?!\.(configMaps|glooRbac))|gatewayProxies|gateway\.(enabled|upgrade)$|k8s|settings\.(aws|writeNamespace|enableRestEds|helm2)|gloo\.deployment\.(xdsPort|restXdsPort)|accessLogger\.(enabled|port)$)/;

const introduction = `# Values

<!-- Written by scripts/docs-values.ts from schema/values.yaml; not to be edited. -->

The values of Gloo's chart that decide the gateway proxies and how they meet Istio, of all releases together. Defaults are those of
${newestRelease}; \`glistio values PATH --chart-version V\` has those of any release, and every other value of the chart too.
NAME stands for the name of a proxy.`;

function groupOf({ path }: Explanation): string {
  const [top = '', , inner = ''] = path.split('.');
  return top === 'gatewayProxies' && ['podTemplate', 'service', 'kind'].includes(inner)
    ? `gatewayProxies.NAME.${inner}`
    : top === 'global'
      ? path.split('.', 2).join('.')
      : top;
}

function section(group: string, explanations: readonly Explanation[]): string {
  const rows = explanations.map(
    (explanation) => `| \`${explanation.path}\` | ${typeCell(explanation)} | ${whatCell(explanation)} |`,
  );
  return `## ${group}\n\n| value | type | what it does |\n|---|---|---|\n${rows.join('\n')}`;
}

function typeCell({ type, enum: only, known }: Explanation): string {
  const choices = only ?? known;
  return choices === undefined ? type : choices.map((choice) => `\`${choice}\``).join(', ');
}

function whatCell(explanation: Explanation): string {
  const { what = '', releases, deprecated, ignored, successor } = explanation;
  const notes = [
    explanation.default === undefined ? undefined : `Default: \`${jsonText(explanation.default)}\`.`,
    releases === undefined ? undefined : `In \`${releases}\`.`,
    deprecated === undefined
      ? undefined
      : `Deprecated in ${deprecated === 'every release' ? deprecated : `\`${deprecated}\``}.`,
    ignored === undefined ? undefined : `Not read in ${ignored === 'every release' ? ignored : `\`${ignored}\``}.`,
    successor === undefined ? undefined : `Use \`${successor}\`.`,
  ].filter((note) => note !== undefined);
  return [what, ...notes].join(' ').replaceAll('|', '\\|');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync('docs/values.md', valuesPage());
