/** Compiles `schema/gateways.json` into `src/schema/gateways.gen.ts`. */
import { compileDataRange, readProjectFile, readReleases } from './chart-sources.ts';
import type { GeneratedFile } from './gen.ts';
import type { GatewaySource } from './import-gateways.ts';

export default function generateGateways(): readonly GeneratedFile[] {
  const { ranges, types } = JSON.parse(readProjectFile('schema/gateways.json')) as GatewaySource;
  const releases = readReleases();
  const intervals = ranges.map((range) => compileDataRange(range, releases));
  const text = JSON.stringify({ ranges: intervals, types });
  return [
    {
      path: 'src/schema/gateways.gen.ts',
      text: `// Made by \`npm run gen\` from schema/; not to be edited.\nexport const gatewaysJson: string =\n  '${text}';\n`,
    },
  ];
}
