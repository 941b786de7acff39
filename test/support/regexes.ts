import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** A regular expression in a source file. */
export interface SourceRegex {
  readonly file: string;
  readonly line: number;
  /** Undefined if it is built at run time. */
  readonly pattern: string | undefined;
  readonly flags: string;
}

/** What is known about a node of the syntax tree. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly [part: string]: unknown;
}

/** Every regular expression in the sources below a folder: literals, and all arguments of `RegExp`. */
export function regexesIn(root: string): SourceRegex[] {
  return readdirSync(root, { recursive: true })
    .map((name) => String(name).split(sep).join('/'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => regexesOf(`${root}/${name}`, readFileSync(join(root, name), 'utf8')));
}

/** Those of one TypeScript text. */
export function regexesOf(file: string, text: string): SourceRegex[] {
  const program = parseAst(text, { lang: 'ts' });
  const constants = constantsOf(program);
  const found: SourceRegex[] = [];
  for (const node of nodesOf(program)) {
    const line = (): number => text.slice(0, node.start).split('\n').length;
    const literal = node['regex'] as { readonly pattern: string; readonly flags: string } | undefined;
    if (node.type === 'Literal' && literal !== undefined) found.push({ file, line: line(), ...literal });
    if (!isConstruction(node)) continue;
    const [pattern, flags] = node['arguments'] as readonly unknown[];
    const letters = flags === undefined ? '' : stringOf(flags, constants);
    const known = letters === undefined ? undefined : stringOf(pattern, constants);
    found.push({ file, line: line(), pattern: known, flags: letters ?? '' });
  }
  return found;
}

/** The nodes of a syntax tree in the order of the text. */
function* nodesOf(tree: unknown): Generator<Node> {
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const part = open.pop();
    if (Array.isArray(part)) for (let index = part.length - 1; index >= 0; index--) open.push(part[index]);
    if (!isNode(part)) continue;
    yield part;
    open.push(...Object.values(part).reverse());
  }
}

function isNode(part: unknown): part is Node {
  return typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string';
}

function isConstruction(node: Node): boolean {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return false;
  const { callee } = node;
  return isNode(callee) && callee.type === 'Identifier' && callee['name'] === 'RegExp';
}

/** The string of a literal or template, whose placeholders may be constants of the same text. */
function stringOf(node: unknown, constants: Constants): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node.type === 'Identifier') return stringOf(constants.get(String(node['name'])), constants);
  const isRaw = node.type === 'TaggedTemplateExpression' && nameOf(node['tag']) === 'String.raw';
  if (isRaw) return textOf(node['quasi'], 'raw', constants);
  return node.type === 'TemplateLiteral' ? textOf(node, 'cooked', constants) : undefined;
}

function textOf(node: unknown, kind: 'raw' | 'cooked', constants: Constants): string | undefined {
  if (!isNode(node)) return undefined;
  const holes = (node['expressions'] as readonly unknown[]).map((hole) => stringOf(hole, constants));
  if (holes.includes(undefined)) return undefined;
  const quasis = node['quasis'] as readonly { readonly value: { readonly raw: string; readonly cooked: string } }[];
  return quasis.map(({ value }, index) => value[kind] + (holes[index] ?? '')).join('');
}

/** `a.b` of a member; undefined for anything else. */
function nameOf(node: unknown): string | undefined {
  if (!isNode(node) || node.type !== 'MemberExpression') return undefined;
  const { object, property } = node;
  return isNode(object) && isNode(property) ? `${object['name']}.${property['name']}` : undefined;
}

type Constants = ReadonlyMap<string, unknown>;

/** The values of constants, by name; a name that is declared twice is excluded. */
function constantsOf(program: unknown): Constants {
  const constants = new Map<string, unknown>();
  for (const node of nodesOf(program)) {
    const { id, init } = node;
    if (node.type !== 'VariableDeclarator' || !isNode(id) || id.type !== 'Identifier') continue;
    const name = String(id['name']);
    constants.set(name, constants.has(name) ? undefined : init);
  }
  return constants;
}
