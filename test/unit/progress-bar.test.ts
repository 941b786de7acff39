import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressBar } from '../../src/node/progress-bar.ts';

/** A terminal with a clock: what was written, and what its line shows now. */
function terminal(columns = 120) {
  const written: string[] = [];
  let time = 1000;
  return {
    stream: { isTTY: true, columns, write: (text: string) => written.push(text) },
    now: () => time,
    wait: (milliseconds: number) => (time += milliseconds),
    written,
    line: () => written.join('').split('\r\u001b[K').at(-1),
  };
}

test('a run with an end shows its share, what failed, and how long it will take at the present rate', () => {
  const { stream, now, wait, line } = terminal();
  const bar = progressBar(200, stream, now);
  assert.equal(line(), `${'░'.repeat(40)} 0% | 0 of 200 clusters, 0 failed`);
  wait(1000);
  bar.update(50, 1);
  assert.equal(line(), `${'█'.repeat(10)}${'░'.repeat(30)} 25% | 50 of 200 clusters, 1 failed, 3s to go`);
  for (let done = 51; done <= 100; done++) {
    wait(1000);
    bar.update(done, 1);
  }
  assert.match(line() ?? '', / 50% \| 100 of 200 clusters, 1 failed, 1m40s to go$/, 'only the last updates count');
  bar.update(200, 2);
  assert.equal(line(), `${'█'.repeat(40)} 100% | 200 of 200 clusters, 2 failed, 0s to go`, 'the end is always shown');
  bar.stop();
  assert.equal(line(), '');
});

test('a run without a known end shows what is done and for how long', () => {
  const { stream, now, wait, line } = terminal();
  const bar = progressBar(undefined, stream, now);
  assert.equal(line(), '0 clusters, 0 failed, 0s');
  const shown = [59, 66, 3599, 3600, 7265].map((seconds, index, all) => {
    wait((seconds - (all[index - 1] ?? 0)) * 1000);
    bar.update(index, 0);
    return line()?.split(', ').at(-1);
  });
  assert.deepEqual(shown, ['59s', '1m06s', '59m59s', '1h00m', '2h01m']);
});

test('it draws eight times a second at most, on one line, and nowhere but on a terminal', () => {
  const { stream, now, wait, written } = terminal(30);
  const bar = progressBar(1000, stream, now);
  for (let done = 1; done < 1000; done++) {
    wait(1);
    bar.update(done, 0);
  }
  bar.stop();
  assert.equal(written.length, 1 + 7 + 1);
  for (const text of written) assert.ok([...text.replace('\r\u001b[K', '')].length < 30, text);
  assert.ok(written.every((text) => !text.includes('\n')));
  const file: string[] = [];
  const none = progressBar(3, { write: (text) => file.push(text) });
  none.update(1, 0);
  none.stop();
  assert.deepEqual(file, []);
});

test('in a narrow terminal the bar is shorter, not the words', () => {
  const { stream, now, wait, line } = terminal(60);
  const bar = progressBar(80, stream, now);
  wait(1000);
  bar.update(40, 0);
  assert.equal(line(), `${'█'.repeat(7)}${'░'.repeat(8)} 50% | 40 of 80 clusters, 0 failed, 1s to go`);
});

test('no clusters at all are all of them', () => {
  const { stream, now, line } = terminal();
  progressBar(0, stream, now).update(0, 0);
  assert.match(line() ?? '', / 100% \| 0 of 0 clusters/);
});
