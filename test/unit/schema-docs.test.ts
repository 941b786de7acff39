import { test } from 'node:test';
import { valuesPage } from '../../scripts/docs-values.ts';
import { matchGolden } from '../support/golden.ts';

test('docs/values.md is what the model says', () => {
  matchGolden('docs/values.md', valuesPage());
});
