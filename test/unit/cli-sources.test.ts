import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSources, splitList } from '../../src/node/sources.ts';
import { CannotDo } from '../../src/outcome.ts';
import { memoryIo } from '../support/memory-io.ts';

const io = memoryIo({ files: { a: 'A', 'b,c': 'BC', 'dir/x': '', '?odd': 'odd' }, stdin: 'IN' });

test('a list of files as Helm splits it', () => {
  assert.deepEqual(splitList('a'), ['a']);
  assert.deepEqual(splitList('a,b'), ['a', 'b']);
  assert.deepEqual(splitList('a,"b,c",d'), ['a', 'b,c', 'd']);
  assert.deepEqual(splitList('"say ""hi"",x"'), ['say "hi",x']);
  assert.deepEqual(splitList('a,'), ['a', '']);
  assert.deepEqual(splitList(',a'), ['', 'a']);
  assert.deepEqual(splitList('C:\\x.yaml,-'), ['C:\\x.yaml', '-']);
});

test('files and stdin are read in the order given', async () => {
  assert.deepEqual(await readSources(['a,-', '"b,c"', 'a'], io), [
    { name: 'a', text: 'A' },
    { name: '<stdin>', text: 'IN' },
    { name: 'b,c', text: 'BC' },
    { name: 'a', text: 'A' },
  ]);
});

test('a file marked with ? may be missing, and nothing else may be wrong with it', async () => {
  assert.deepEqual(await readSources(['?nowhere', '?a'], io), [{ name: 'a', text: 'A' }]);
  assert.deepEqual(await readSources(['./?odd'], memoryIo({ files: { './?odd': 'odd' } })), [
    { name: './?odd', text: 'odd' },
  ]);
  await assert.rejects(readSources(['?dir'], io), CannotDo);
});

test('what cannot be read says why', async () => {
  const refused = (name: string, message: string) => assert.rejects(readSources([name], io), { message });
  await refused('nowhere', 'cannot read nowhere: there is no such file');
  await refused('dir', 'cannot read dir: it is a directory');
  await refused('-,-', 'stdin (-) can be read only once');
  await refused('', 'the file name after -f is empty');
  await refused('https://example.com/v.yaml', 'cannot read https://example.com/v.yaml: only files and stdin are read');
});
