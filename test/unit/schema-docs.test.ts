import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valuesPage } from '../../scripts/docs-values.ts';
import { chartOf } from '../../src/chart/chart.ts';
import { explanationMarkdown } from '../../src/editor/hover.ts';
import { parsePath } from '../../src/problem.ts';
import { explainValue } from '../../src/schema/explain.ts';
import { explanationText } from '../../src/schema/explain-text.ts';
import { matchGolden } from '../support/golden.ts';

test('docs/values.md is what the model says', () => {
  matchGolden('docs/values.md', valuesPage());
});

test('what is known about a value, as text and for an editor', () => {
  const asked = [
    ['1.5.0', 'discovery.fdsMode'],
    ['1.5.0', 'accessLogger.affinity'],
    ['1.5.0', 'accessLogger.image.pullPolicy'],
    ['1.22.1', 'global.istioSDS.enabled'],
    ['1.22.1', 'gatewayProxies.NAME.kind.deployment.affinity'],
    ['1.5.0', 'gatewayProxies.edge.tracing.provider'],
    ['1.22.1', 'gatewayProxies.NAME.podTemplate.extraPorts'],
  ] as const;
  const texts = asked.map(([release, path]) => {
    const explanation = explainValue(parsePath(path), chartOf(release));
    assert.ok(explanation !== undefined);
    return `${explanationText(explanation, release)}\n${explanationMarkdown(explanation, release)}\n\n`;
  });
  matchGolden('test/golden/values-explained.txt', texts.join(''));
});
