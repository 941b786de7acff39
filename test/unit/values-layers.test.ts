import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LayersInput, readLayers, sharedSource } from '../../src/helm/layers.ts';
import type { Layer } from '../../src/helm/winner.ts';

const file = (name: string, text: string) => ({ name, text });

test("layers come in Helm's order, whatever the order of the options", () => {
  const { values, layers, problems } = readLayers({
    setLiteral: ['e=literal'],
    setFile: ['e=f,d=f'],
    files: new Map([['f', 'file']]),
    setString: ['e=string,d=string,c=string'],
    set: ['e=set,d=set,c=set,b=set'],
    setJson: ['e="json"', 'd="json",c="json",b="json",a="json"'],
    values: [file('one.yaml', 'a: 1\nz: 1\n'), { a: 2, y: 2n }],
  });
  assert.deepEqual(values, { a: 'json', b: 'set', c: 'string', d: 'file', e: 'literal', y: 2n, z: 1 });
  assert.deepEqual(
    layers.map(({ kind }) => kind),
    ['file', 'object', 'set-json', 'set-json', 'set', 'set-string', 'set-file', 'set-literal'],
  );
  assert.ok(problems.every(({ code }) => code === 'set-twice'));
});

test('the winner of a path, and where it stands', () => {
  const { winner } = readLayers({
    values: [file('one.yaml', 'a:\n  b: 1\n  c: [x, {d: 2}]\n'), file('two.yaml', 'a:\n  b: 3\n'), { o: { p: 1 } }],
    set: ['a.n=1,s.t=2'],
    setJson: ['j={"k":[1]}'],
  });
  const brief = (...path: (string | number)[]) => {
    const found = winner(path);
    return found && [found.layer.name, found.path.join('.'), found.place?.line, found.place?.column];
  };
  assert.deepEqual(brief('a', 'b'), ['two.yaml', 'a.b', 2, 3]);
  assert.deepEqual(brief('a', 'c', 1, 'd'), ['one.yaml', 'a.c.1.d', 3, 11]);
  assert.deepEqual(brief('a', 'c', 7), ['one.yaml', 'a.c', 3, 3], 'what is not there is at its nearest ancestor');
  assert.deepEqual(brief('a', 'n'), ['--set a.n=1,s.t=2', 'a.n', undefined, undefined]);
  assert.deepEqual(brief('j', 'k', 0), ['--set-json j={"k":[1]}', 'j.k.0', undefined, undefined]);
  assert.deepEqual(brief('o', 'p'), ['values[2]', 'o.p', undefined, undefined]);
  assert.equal(brief('unknown'), undefined);
  assert.deepEqual(winner(['a', 'b'], 'value')?.place, { line: 2, column: 6, endColumn: 7 });
});

test('a layer that replaces a map wins it with everything that was in it', () => {
  const { winner } = readLayers({ values: [file('one.yaml', 'a:\n  b: 1\n'), file('two.yaml', 'a: 5\n')] });
  assert.deepEqual([winner(['a', 'b'])?.layer.name, winner(['a', 'b'])?.path], ['two.yaml', ['a']]);
});

test('problems of all layers are returned, and unreadable layers count for nothing', () => {
  const { values, problems } = readLayers({
    values: [
      file('list.yaml', '# c\n- a\n'),
      file('text.yaml', 'hello\n'),
      file('empty.yaml', ''),
      file('broken.yaml', 'a: [\n'),
      file('good.yaml', 'a: yes\n'),
    ],
    set: ['b', 'c=1'],
  });
  assert.deepEqual(values, { a: true, c: 1n });
  assert.deepEqual(
    problems.map(({ code, file, line, column }) => [code, file, line, column]),
    [
      ['values-not-a-map', 'list.yaml', 2, 1],
      ['values-not-a-map', 'text.yaml', 1, 1],
      ['yaml-syntax', 'broken.yaml', 1, 5],
      ['boolean-surprise', 'good.yaml', 1, 4],
      ['set-syntax', '--set b', 1, 1],
    ],
  );
});

test('numbers from files are float64, integers from --set are int64', () => {
  const { values } = readLayers({ values: [file('v.yaml', 'a: 1000000\n')], set: ['b=1000000'] });
  assert.deepEqual(values, { a: 1000000, b: 1000000n });
});

test('a source for many renderings is read once, and says the same to each', () => {
  const base = sharedSource(file('base.yaml', 'a: {b: 1, c: [1]}\nb: 2\nb: 3\n'));
  const first = readLayers({ values: [base], set: ['a.b=2', 'a.c[0]=7', 'd=1'] });
  const second = readLayers({ values: [base, file('own.yaml', 'a: {c: null}\n')] });
  assert.deepEqual(first.values, { a: { b: 2n, c: [7n] }, b: 3, d: 1n });
  assert.deepEqual(second.values, { a: { b: 1, c: null }, b: 3 });
  for (const { problems, layers, winner } of [first, second]) {
    assert.deepEqual(
      problems.map(({ code, file, line }) => [code, file, line]),
      [['duplicate-key', 'base.yaml', 3]],
    );
    assert.equal(layers[0]?.name, 'base.yaml');
    assert.equal(winner(['b'])?.place?.line, 3);
  }
  const document = (layer: Layer | undefined) => (layer?.kind === 'file' ? layer.document : undefined);
  assert.equal(document(first.layers[0]), document(second.layers[0]));
});

test('a value that two options set is reported for the one that has no effect', () => {
  const told = (input: LayersInput): string[] =>
    readLayers(input).problems.map(({ code, severity, file, message }) => `${severity} ${code} ${file}: ${message}`);
  assert.deepEqual(told({ set: ['a.b=1', 'a.b=2'] }), [
    'warning set-twice --set a.b=1: a.b is set twice, and --set a.b=2 wins.',
  ]);
  assert.deepEqual(told({ set: ['a=1,a=2'] }).length, 1);
  assert.deepEqual(told({ set: ['a.b=1'], setString: ['a.b=2'] }), [
    'warning set-twice --set a.b=1: a.b is set twice, and --set-string a.b=2 wins. Helm applies --set-string after --set, whatever their order.',
  ]);
  assert.deepEqual(told({ set: ['a.b=1', 'a=null'] }).length, 1);
  assert.deepEqual(told({ set: ['a.b[0]=1', 'a.b[1]=2', 'a=x'] }).length, 2);
  // What is set inside something is intended.
  assert.deepEqual(told({ setJson: ['c={"d":1}'], setString: ['c.e=2'], set: ['c.f=1'] }), []);
});
