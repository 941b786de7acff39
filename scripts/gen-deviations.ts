/**
 * Compiles `schema/deviations.yaml`: ranges become indexes into the list of releases, and only the messages for users
 * are kept.
 */
import { compileDataRange, isRecord, readReleases, readYaml } from './chart-sources.ts';
import type { GeneratedFile } from './gen.ts';

export default function generateDeviations(): readonly GeneratedFile[] {
  const source = readYaml('schema/deviations.yaml');
  if (!Array.isArray(source)) throw new Error('schema/deviations.yaml: expected a list of deviations');
  const list = readReleases();
  const entries = source.map((entry: unknown) => {
    if (!isRecord(entry) || typeof entry['id'] !== 'string' || typeof entry['message'] !== 'string')
      throw new Error(`schema/deviations.yaml: expected { id, message, … }, got ${JSON.stringify(entry)}`);
    const { id, message, cure, releases: range, summary } = entry;
    if (typeof summary !== 'string') throw new Error(`schema/deviations.yaml: ${id} has no summary`);
    const intervals = typeof range === 'string' ? compileDataRange(range, list) : [0, list.names.length];
    return [id, { releases: intervals, summary, message, ...(cure === undefined ? {} : { cure }) }] as const;
  });
  const json = JSON.stringify(Object.fromEntries(entries)).replace(/['\\]/g, '\\$&');
  const ids = entries.map(([id]) => `\n  | '${id}'`).join('');
  return [
    {
      path: 'src/proxy/deviations.gen.ts',
      text: `// Made by \`npm run gen\` from schema/; not to be edited.\nexport const deviationsJson: string =\n  '${json}';\nexport type DeviationId =${ids};\n`,
    },
  ];
}
