import { test } from 'node:test';
import { envoyFieldsFile } from '../diff/envoy-protos.ts';
import { matchGolden } from '../support/golden.ts';

test("what the differ knows of Envoy's fields is what Envoy's protos say", () => {
  matchGolden('src/diff/envoy-fields.ts', envoyFieldsFile());
});
