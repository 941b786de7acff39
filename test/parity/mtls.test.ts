import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packedRecording, type RecordingName, recordingBeside } from '../support/mtls-cases.ts';
import { compareRecording } from '../support/mtls-compare.ts';

const names: readonly RecordingName[] = ['peerauthentication', 'authorization', 'translator'];
const sources = [
  ['packed in the project', packedRecording],
  ['beside the project', recordingBeside],
] as const;

for (const [where, read] of sources) {
  for (const name of names) {
    test(`${name}, recordings ${where}: every answer is the recorded one`, (t) => {
      const recording = read(name);
      if (recording === undefined) return t.skip('no recordings beside the project');
      const found = compareRecording(name, recording);
      for (const [release, { equal, all, different }] of Object.entries(found)) {
        t.diagnostic(`${release}: ${equal} of ${all} equal`);
        assert.deepEqual(different, [], release);
      }
      assert.ok(Object.keys(found).length >= 5);
    });
  }
}
