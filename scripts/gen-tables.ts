/** Compiles tables of `schema/` and the completion scripts of `templates/completion` into JSON, and style sheets. */
import { isRecord, isStringList, readProjectFile, readYaml } from './chart-sources.ts';
import type { GeneratedFile } from './gen.ts';

export default function generateTables(): readonly GeneratedFile[] {
  const shells = { bash: 'bash', zsh: 'zsh', fish: 'fish', powershell: 'ps1' };
  const scripts = Object.entries(shells).map(([shell, end]) => [
    shell,
    readProjectFile(`templates/completion/glistio.${end}`),
  ]);
  return [
    ...compileRules(readYaml('schema/rules.yaml')),
    jsonModule('src/rules/codes.gen.ts', { codesJson: compileCodes(readYaml('schema/codes.yaml')) }),
    jsonModule('src/kube/parameters.gen.ts', { parametersJson: compileParameters() }),
    jsonModule('src/schema/other-names.gen.ts', { otherNamesJson: compileNames(readYaml('schema/other-names.yaml')) }),
    jsonModule('src/diff/compared.gen.ts', { comparedJson: readYaml('schema/compared-objects.yaml') }),
    jsonModule('src/diff/secret-names.gen.ts', { secretNamesJson: readYaml('schema/secret-names.yaml') }),
    jsonModule('src/cli/completion.gen.ts', { completionJson: Object.fromEntries(scripts) }),
    ...['diff', 'mtls', 'picture'].map(styleModule),
  ];
}

/** Parsing JSON takes less time than loading the same as code. */
function jsonModule(path: string, tables: Readonly<Record<string, unknown>>): GeneratedFile {
  const exported = Object.entries(tables).map(([name, value]) => {
    const json = JSON.stringify(value).replace(/['\\]/g, '\\$&');
    return `export const ${name}: string =\n  '${json}';\n`;
  });
  return {
    path,
    text: `// Made by \`npm run gen\` from schema/ and templates/; not to be edited.\n${exported.join('')}`,
  };
}

/** A style sheet as printable text: only a literal of a template is not escaped. */
function styleModule(name: string): GeneratedFile {
  const style = readProjectFile(`templates/styles/${name}.css`).trimEnd();
  if (/[`\\$]/.test(style)) throw new Error(`templates/styles/${name}.css: a literal cannot have \`, \\ or $`);
  return {
    path: `src/report/${name}-style.gen.ts`,
    text: `// Made by \`npm run gen\` from templates/; not to be edited.\nimport { html } from './html.ts';\nexport const ${name}Style = html\`${style}\`;\n`,
  };
}

/** What every run needs of the rules, with the union of their codes, and separately their texts. */
function compileRules(source: unknown): readonly GeneratedFile[] {
  const texts: Record<string, unknown> = {};
  const groups = (Array.isArray(source) ? source : []).map((group: unknown) => {
    if (!isRecord(group) || !isRecord(group['rules'])) throw new Error('schema/rules.yaml: expected { title, rules }');
    const rules = Object.entries(group['rules']).map(([code, entry]) => {
      const { summary, help, severity, ...facts } = isRecord(entry) ? entry : {};
      if (!isStringList([summary, help]) || !['error', 'warning', 'info'].includes(String(severity)))
        throw new Error(`schema/rules.yaml: ${code}: expected { severity, summary: "one line", help: "Markdown" }`);
      texts[code] = { summary, help };
      return [code, { severity, ...facts }];
    });
    return { ...group, rules: Object.fromEntries(rules) };
  });
  const { path, text } = jsonModule('src/rules/rules.gen.ts', { rulesJson: groups });
  const codes = Object.keys(texts).map((code) => `\n  | '${code}'`);
  return [
    { path, text: `${text}export type RuleCode =${codes.join('')};\n` },
    jsonModule('src/rules/rule-texts.gen.ts', { ruleTextsJson: texts }),
  ];
}

/** The groups of codes, each with its summaries. */
function compileCodes(source: unknown): unknown {
  const groups = Array.isArray(source) ? source : [];
  for (const group of groups)
    if (!isRecord(group) || !isRecord(group['codes']) || !isStringList(Object.values(group['codes'])))
      throw new Error(
        `schema/codes.yaml: expected { title, codes: { code: "one line" } }, got ${JSON.stringify(group)}`,
      );
  return groups;
}

/** For each name of others the path of the value that it stands for, by place; the fields of a Service as they are. */
function compileNames(source: unknown): unknown {
  if (!isRecord(source)) throw new Error('schema/other-names.yaml: expected a map');
  return Object.fromEntries(
    Object.entries(source).map(([place, values]) => [place, isRecord(values) ? pathsByName(values) : values]),
  );
}

function pathsByName(values: Readonly<Record<string, unknown>>): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  for (const [path, names] of Object.entries(values))
    for (const name of isStringList(names) ? names : []) {
      if (name in found) throw new Error(`schema/other-names.yaml: ${name} is listed twice`);
      found[name] = path.split('.');
    }
  return found;
}

/** The types of GatewayParameters, with the fields of each as JSON Schemas. */
function compileParameters(): unknown {
  const source = readYaml('schema/gateway-parameters.yaml');
  const features = readYaml('schema/features.yaml');
  if (!isRecord(source) || !isRecord(features)) throw new Error('schema/gateway-parameters.yaml: expected a map');
  const { types, features: featureOf, looser, ...rest } = source;
  for (const feature of Object.values(isRecord(featureOf) ? featureOf : {}))
    if (!Object.hasOwn(features, String(feature)))
      throw new Error(`schema/gateway-parameters.yaml: there is no feature ${String(feature)}`);
  const schemas = (fields: unknown): object =>
    Object.fromEntries(Object.entries(fields as object).map(([key, text]) => [key, schemaOf(String(text))]));
  const compiled = Object.entries(types as object).map(([name, fields]) => [name, schemas(fields)]);
  return { types: Object.fromEntries(compiled), features: featureOf, looser: schemas(looser), ...rest };
}

function schemaOf(text: string): object {
  const [, list, map, highest] = /^\[(.*)\]$|^\{(.*)\}$|^0\.\.(\d+)$/.exec(text) ?? [];
  if (list !== undefined) return { type: 'array', items: schemaOf(list) };
  if (map !== undefined) return { type: 'object', additionalProperties: schemaOf(map) };
  if (highest !== undefined) return { type: 'integer', minimum: 0, maximum: Number(highest) };
  if (text === 'string or null') return { type: ['string', 'null'] };
  return /^[A-Z]/.test(text) ? { $ref: `#/definitions/${text}` } : { type: text };
}
