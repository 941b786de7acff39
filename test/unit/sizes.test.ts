import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { test } from 'node:test';
import { parseAst } from 'rolldown/parseAst';

/** One screen. */
const mostOfFunction = 60;
const mostOfFile = 300;

const files = readdirSync('src', { recursive: true })
  .map((name) => String(name).split(sep).join('/'))
  .filter((name) => name.endsWith('.ts') && !name.includes('.gen.'))
  .sort();

interface Sized {
  readonly name: string;
  readonly lines: number;
}

/** Every function of a file with its length, found by a parser. */
function functionsOf(file: string): Sized[] {
  const text = readFileSync(join('src', file), 'utf8');
  const found: Sized[] = [];
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const visit = (node: unknown, name: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, id, key, start, end } = node as Readonly<Record<string, unknown>>;
    const own = nameOf(id) ?? nameOf(key) ?? name;
    if (/^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(String(type)))
      found.push({ name: `${file} ${own}`, lines: lineAt(Number(end)) - lineAt(Number(start)) + 1 });
    for (const inner of Object.values(node)) visit(inner, own);
  };
  visit(parseAst(text, { lang: 'ts' }), '');
  return found;
}

function nameOf(node: unknown): string | undefined {
  const name = typeof node === 'object' && node !== null && 'name' in node ? node.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

test('functions fit a screen', () => {
  const functions = files.flatMap(functionsOf);
  assert.ok(functions.length > 1500, `only ${functions.length} functions were found`);
  const long = functions.filter(({ lines }) => lines > mostOfFunction);
  assert.deepEqual(long, []);
});

test('files are short enough to read', () => {
  const long = files
    .map((name): Sized => ({ name, lines: readFileSync(join('src', name), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > mostOfFile);
  assert.deepEqual(long, []);
});
