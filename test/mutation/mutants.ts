import { parseSync } from 'rolldown/utils';
import { weakenedPatterns } from './regex.ts';

/** One small fault: the characters from `start` to `end` are replaced. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly text: string;
  readonly operator: string;
  /** The probe that shows that the mutant is reached: see {@link Reading}. */
  readonly probe: number;
}

/** A parsed source file: its mutants, and where to insert the visit counters. */
export interface Reading {
  readonly mutants: readonly Mutant[];
  /** Text to insert at offsets; insertions at the same offset keep their order. */
  readonly probes: readonly Insertion[];
  /** The start of each loop's body: a mutant's loop may never end. */
  readonly loops: readonly Insertion[];
}

export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** An ESTree node. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Called in a mutant's loops; throws if one does not end. */
export const loopGuard = 'globalThis.__mutationLoop();';

const boundaries: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const negations: Readonly<Record<string, string>> = {
  ...{ '===': '!==', '!==': '===', '==': '!=', '!=': '==' },
  ...{ '<': '>=', '<=': '>', '>': '<=', '>=': '<' },
};
const arithmetic: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '**': '*' };
const assignments: Readonly<Record<string, string>> = { '+=': '-=', '-=': '+=', '*=': '/=', '??=': '=' };
const logical: Readonly<Record<string, string>> = { '&&': '||', '||': '&&', '??': '&&' };
const methods: Readonly<Record<string, string>> = {
  ...{ some: 'every', every: 'some', startsWith: 'endsWith', endsWith: 'startsWith', min: 'max', max: 'min' },
  ...{ find: 'findLast', findLast: 'find', indexOf: 'lastIndexOf', lastIndexOf: 'indexOf', push: 'unshift' },
  ...{ toLowerCase: 'toUpperCase', toUpperCase: 'toLowerCase', padStart: 'padEnd', padEnd: 'padStart' },
};
/** Calls that return their object, possibly changed: the mutant returns it unchanged. */
const passing: ReadonlySet<string> = new Set([
  'filter',
  'sort',
  'reverse',
  'slice',
  'trim',
  'trimEnd',
  'trimStart',
  'flat',
  'replace',
  'replaceAll',
]);

/** Parses a file. Types, imports and code that only satisfies the compiler (`?? ''`) have no mutants. */
export function readSource(file: string, text: string): Reading {
  const { program, errors } = parseSync(file, text, { lang: 'ts' });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const reader = new Reader(file, text);
  reader.visit(program as unknown as Node, undefined, '');
  return { mutants: reader.mutants, probes: reader.probes, loops: reader.loops };
}

/** Applies insertions; at the same offset, in order. */
export function withInsertions(text: string, insertions: readonly Insertion[]): string {
  let result = '';
  let at = 0;
  for (const insertion of [...insertions].sort((a, b) => a.at - b.at)) {
    result += text.slice(at, insertion.at) + insertion.text;
    at = insertion.at;
  }
  return result + text.slice(at);
}

class Reader {
  readonly mutants: Mutant[] = [];
  readonly probes: Insertion[] = [];
  readonly loops: Insertion[] = [];
  #probe = 0;
  #probeCount = 1;
  readonly #lineStarts: number[];

  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  visit(node: Node, parent: Node | undefined, key: string): void {
    if (isSilent(node)) return;
    this.#mutate(node, parent, key);
    const outer = this.#probe;
    let inner = outer;
    let before: Node | undefined;
    for (const [childKey, child] of children(node)) {
      if (isSkipped(node, childKey, child)) continue;
      if (node.type === 'BlockStatement' && before !== undefined && mayLeave(before)) inner = this.#probeBefore(child);
      this.#probe = isBranch(node, childKey) ? this.#insertProbe(child) : inner;
      this.visit(child, node, childKey);
      before = child;
    }
    this.#probe = outer;
  }

  /** Returns a new probe, and the code that counts it. */
  #newProbe(): readonly [probe: number, count: string] {
    const probe = this.#probeCount++;
    return [probe, `globalThis.__mutationHit(${JSON.stringify(this.file)},${probe})`];
  }

  #probeBefore(node: Node): number {
    const [probe, count] = this.#newProbe();
    this.probes.push({ at: node.start, text: `${count};` });
    return probe;
  }

  /** The counter precedes a statement, and is wrapped into an expression. */
  #insertProbe(node: Node): number {
    const [probe, count] = this.#newProbe();
    if (node.type === 'BlockStatement') this.probes.push({ at: node.start + 1, text: `${count};` });
    else if (node.type.endsWith('Statement') || node.type.endsWith('Declaration')) {
      this.probes.push({ at: node.start, text: `{${count};` });
      this.probes.push({ at: node.end, text: '}' });
    } else {
      this.probes.push({ at: node.start, text: `(${count},(` });
      // Closing text comes before anything else that starts here, inner before outer; it is always the same text.
      this.probes.push({ at: node.end, text: '))' });
    }
    return probe;
  }

  #add(operator: string, start: number, end: number, text: string): void {
    const before = this.text.slice(start, end);
    if (before === text) return;
    let line = this.#lineStarts.findIndex((at) => at > start);
    if (line < 0) line = this.#lineStarts.length;
    this.mutants.push({ file: this.file, line, start, end, before, text, operator, probe: this.#probe });
  }

  #replace(operator: string, node: Node, text: string): void {
    this.#add(operator, node.start, node.end, text);
  }

  #source(node: Node): string {
    return this.text.slice(node.start, node.end);
  }

  #mutate(node: Node, parent: Node | undefined, key: string): void {
    switch (node.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
        this.#replace('condition', nodeAt(node, 'test'), '(true)');
        this.#replace('condition', nodeAt(node, 'test'), '(false)');
        break;
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        if (isNode(node['test'])) this.#replace('condition', node['test'], '(false)');
        this.#guardLoop(node);
        break;
      case 'ForOfStatement':
      case 'ForInStatement':
        this.#guardLoop(node);
        break;
      case 'BinaryExpression':
        this.#binary(node, parent, key);
        break;
      case 'LogicalExpression':
        this.#operator('logical', node, logical);
        break;
      case 'AssignmentExpression':
        this.#operator('assignment', node, assignments);
        break;
      case 'UnaryExpression':
        if (node['operator'] === '!' && !isTest(parent, key))
          this.#replace('negation', node, this.#source(nodeAt(node, 'argument')));
        if (node['operator'] === '-') this.#replace('arithmetic', node, this.#source(nodeAt(node, 'argument')));
        break;
      case 'UpdateExpression':
        this.#replace(
          'arithmetic',
          node,
          this.#source(node).replace(/\+\+|--/, (found) => (found === '++' ? '--' : '++')),
        );
        break;
      case 'Literal':
        this.#literal(node, parent, key);
        break;
      case 'TemplateLiteral':
        this.#replace('string', node, '``');
        break;
      case 'ArrayExpression':
        if (listAt(node, 'elements').length > 0) this.#replace('list', node, '[]');
        break;
      case 'ObjectExpression':
        this.#object(node);
        break;
      case 'ArrowFunctionExpression':
        if (node['expression'] === true) this.#replace('return', nodeAt(node, 'body'), '(undefined)');
        break;
      case 'BlockStatement':
        if (listAt(node, 'body').length > 0) this.#replace('block', node, '{}');
        break;
      case 'ReturnStatement':
        this.#return(node, parent);
        break;
      case 'ExpressionStatement':
        if (parent?.type !== 'BlockStatement' || listAt(parent, 'body').length > 1)
          this.#replace('statement', node, ';');
        break;
      case 'ContinueStatement':
      case 'BreakStatement':
        if (parent?.type !== 'SwitchCase') this.#replace('statement', node, ';');
        break;
      case 'MemberExpression':
        if (node['optional'] === true) this.#optional(node);
        break;
      case 'CallExpression':
        this.#call(node);
        break;
    }
  }

  #guardLoop(node: Node): void {
    const body = nodeAt(node, 'body');
    if (body.type === 'BlockStatement') this.loops.push({ at: body.start + 1, text: loopGuard });
    else this.loops.push({ at: body.start, text: `{${loopGuard}` }, { at: body.end, text: '}' });
  }

  #binary(node: Node, parent: Node | undefined, key: string): void {
    this.#operator('boundary', node, boundaries);
    // As a whole condition it is already replaced by true and false.
    if (!isTest(parent, key)) this.#operator('comparison', node, negations);
    const isText = ['left', 'right'].some((side) => ['TemplateLiteral', 'string'].includes(kindOf(nodeAt(node, side))));
    if (!isText) this.#operator('arithmetic', node, arithmetic);
  }

  #operator(name: string, node: Node, table: Readonly<Record<string, string>>): void {
    const operator = String(node['operator']);
    const other = Object.hasOwn(table, operator) ? table[operator] : undefined;
    if (other === undefined) return;
    const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
    const between = this.text.slice(left.end, right.start).replace(operator, () => other);
    // `&&` and `??` cannot be mixed without parentheses.
    this.#replace(name, node, `((${this.#source(left)})${between}(${this.#source(right)}))`);
  }

  #literal(node: Node, parent: Node | undefined, key: string): void {
    const { value } = node;
    if (isNode(node['regex']) || 'regex' in node) this.#pattern(node);
    else if (typeof value === 'boolean') this.#replace('boolean', node, String(!value));
    else if (isFallback(parent, key)) return;
    else if (typeof value === 'number') this.#replace('number', node, String(value + 1));
    else if (typeof value === 'string' && !isTypeof(parent))
      this.#replace('string', node, value === '' ? "'mutant'" : "''");
  }

  #pattern(node: Node): void {
    const source = this.#source(node);
    const end = source.lastIndexOf('/');
    const flags = source.slice(end + 1);
    for (const pattern of weakenedPatterns(source.slice(1, end)))
      if (isPattern(pattern, flags)) this.#replace('pattern', node, `/${pattern}/${flags}`);
    if (flags.includes('i')) this.#replace('pattern', node, `/${source.slice(1, end)}/${flags.replace('i', '')}`);
  }

  #object(node: Node): void {
    const properties = listAt(node, 'properties');
    if (properties.length > 0) this.#replace('object', node, '{}');
    if (properties.length < 2) return;
    for (const property of properties) {
      const value = property.type === 'SpreadElement' ? nodeAt(property, 'argument') : nodeAt(property, 'value');
      // A field that is left out reads as undefined.
      if (value.type === 'Identifier' && value['name'] === 'undefined') continue;
      if (
        [
          'Literal',
          'ConditionalExpression',
          'ArrowFunctionExpression',
          'ObjectExpression',
          'ArrayExpression',
          'TemplateLiteral',
        ].includes(value.type)
      )
        continue;
      const after = /^\s*,/.exec(this.text.slice(property.end))?.[0].length ?? 0;
      this.#add('property', property.start, property.end + after, '');
    }
  }

  #return(node: Node, parent: Node | undefined): void {
    const argument = node['argument'];
    if (!isNode(argument)) {
      this.#replace('statement', node, ';');
      return;
    }
    if (typeof argument['value'] === 'boolean' || kindOf(argument) === 'undefined') return;
    // If it is the only statement, emptying the block is equivalent.
    if (parent?.type === 'BlockStatement' && listAt(parent, 'body').length === 1) return;
    this.#replace('return', node, 'return undefined;');
  }

  #optional(node: Node): void {
    const object = nodeAt(node, 'object');
    const dots = this.text.indexOf('?.', object.end);
    this.#add('optional', dots, dots + 2, node['computed'] === true ? '' : '.');
  }

  #call(node: Node): void {
    const callee = nodeAt(node, 'callee');
    if (callee.type !== 'MemberExpression' || callee['computed'] === true) return;
    const property = nodeAt(callee, 'property');
    const name = String(property['name']);
    const other = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (other !== undefined) this.#replace('method', property, other);
    else if (passing.has(name)) this.#add('method', nodeAt(callee, 'object').end, node.end, '');
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function nodeAt(node: Node, key: string): Node {
  const child = node[key];
  if (!isNode(child)) throw new Error(`${node.type} at ${node.start} has no ${key}`);
  return child;
}

function listAt(node: Node, key: string): readonly Node[] {
  const children = node[key];
  return Array.isArray(children) ? children.filter(isNode) : [];
}

function children(node: Node): [string, Node][] {
  return Object.entries(node).flatMap(([key, value]): [string, Node][] => {
    if (Array.isArray(value)) return value.filter(isNode).map((child) => [key, child]);
    return isNode(value) ? [[key, value]] : [];
  });
}

/** Types and declarations. */
function isSilent({ type }: Node): boolean {
  if (/^(?:Import|ExportAll)/.test(type) && type !== 'ImportExpression') return true;
  return type.startsWith('TS') && !['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(type);
}

function isSkipped(node: Node, key: string, child: Node): boolean {
  // Names, not values.
  if ((key === 'key' || key === 'property') && node['computed'] !== true) return true;
  return key === 'source' || (node.type === 'ImportExpression' && child.type === 'Literal');
}

/** Conditions of control flow. */
function isBranch(node: Node, key: string): boolean {
  if (['consequent', 'alternate'].includes(key)) return node.type !== 'SwitchCase';
  if (key === 'body') return !['Program', 'BlockStatement', 'ClassBody', 'ClassDeclaration'].includes(node.type);
  if (key === 'right') return node.type === 'LogicalExpression';
  return false;
}

/** Whether the following code is not always reached: an `if` that returns, throws, or continues. */
function mayLeave({ type, consequent }: Node): boolean {
  if (type !== 'IfStatement' || !isNode(consequent)) return false;
  const last = consequent.type === 'BlockStatement' ? listAt(consequent, 'body').at(-1) : consequent;
  return /^(?:Return|Continue|Break|Throw)Statement$/.test(last?.type ?? '');
}

function isTest(parent: Node | undefined, key: string): boolean {
  return key === 'test' && parent !== undefined;
}

function isFallback(parent: Node | undefined, key: string): boolean {
  if (parent?.type === 'AssignmentPattern') return key === 'right';
  return parent?.type === 'LogicalExpression' && parent['operator'] === '??' && key === 'right';
}

/** `typeof value === 'string'`: it would never equal any other string. */
function isTypeof(parent: Node | undefined): boolean {
  const left = parent?.type === 'BinaryExpression' ? parent['left'] : undefined;
  return isNode(left) && left.type === 'UnaryExpression' && left['operator'] === 'typeof';
}

function kindOf(node: Node): string {
  if (node.type === 'Literal') return typeof node['value'];
  return node.type === 'Identifier' ? String(node['name']) : node.type;
}

function isPattern(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}
