import { json, type Printable } from '../printable.ts';
import type { Problem, Severity } from '../problem.ts';
import { ruleOf } from '../rules/all.ts';
import { summaryOf, textsOfRule } from '../rules/codes.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { adviceOf, type FormatOptions, forServices, realFileOf } from './format.ts';

const homepage = 'https://github.com/glistio/glistio';
const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, string>;

/** Problems as SARIF 2.1.0, which code scanning services read. Each code that occurs is a rule with its help. */
export function formatSarif(given: readonly Problem[], options: FormatOptions): Printable {
  const { toolVersion, chartVersion } = options;
  const problems = forServices(given, options);
  const codes = [...new Set(problems.map(({ code }) => code))].sort();
  const fingerprints = fingerprintsOf(problems);
  const results = problems.map((problem, index) =>
    resultOf(problem, codes.indexOf(problem.code), fingerprints[index] ?? ''),
  );
  const driver = {
    name: 'glistio',
    informationUri: homepage,
    ...(toolVersion === undefined ? {} : { version: toolVersion, semanticVersion: toolVersion }),
    rules: codes.map((code) => ruleEntry(code, problems, toolVersion)),
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        // The identifier of a series of results in code scanning.
        automationDetails: { id: 'glistio/' },
        columnKind: 'utf16CodeUnits',
        ...(chartVersion === undefined ? {} : { properties: { chartVersion } }),
        results,
      },
    ],
  };
  return json(log);
}

function ruleEntry(code: string, problems: readonly Problem[], toolVersion: string | undefined) {
  const rule = ruleOf(code);
  const severity = rule?.severity ?? problems.find((problem) => problem.code === code)?.severity ?? 'warning';
  const summary = summaryOf(code);
  const help = textsOfRule(code)?.help ?? summary;
  return {
    id: code,
    shortDescription: { text: plain(summary) },
    fullDescription: { text: plain(help) },
    help: { text: plain(help), markdown: help },
    helpUri: `${homepage}/blob/${toolVersion === undefined ? 'main' : `v${toolVersion}`}/docs/rules.md${rule === undefined ? '' : `#${code}`}`,
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['gloo', 'istio', ...(rule?.lint ? ['lint'] : [])] },
  };
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

function resultOf(problem: Problem, ruleIndex: number, fingerprint: string) {
  const { code, severity, message, path } = problem;
  const advice = adviceOf(problem);
  const location = {
    ...physicalLocation(problem),
    ...(path === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
  };
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: advice === undefined ? message : `${message} ${advice}` },
    locations: Object.keys(location).length === 0 ? [] : [location],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
  };
}

/** A place in a file. Input from stdin or an option is not a file, and an unknown region is omitted. */
function physicalLocation(problem: Problem) {
  const { line, column, endColumn } = problem;
  const file = realFileOf(problem);
  if (file === undefined) return {};
  // JSON omits what is undefined.
  const region = {
    startLine: line,
    startColumn: column,
    endLine: endColumn === undefined ? undefined : line,
    endColumn,
  };
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: line === undefined ? undefined : region,
    },
  };
}

/** A relative reference; an absolute path becomes a `file:` URI. */
function uriOf(path: string): string {
  // Lone surrogates, which a file name on Windows may have, are not valid in a URI.
  const encoded = path
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  if (/^[A-Za-z]:\//.test(path)) return `file:///${path.slice(0, 2)}${encoded.slice(encoded.indexOf('/'))}`;
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
