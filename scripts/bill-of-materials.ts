import { readFileSync } from 'node:fs';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/**
 * The SPDX 2.3 document of an executable, as JSON: glistio, the bundled packages (from the same list as the notices)
 * and Bun. The output is reproducible: its date is SOURCE_DATE_EPOCH, or that of the package.
 */
export function billOfMaterials(bun: string): string {
  const { name, version, license }: Package = JSON.parse(readFileSync('package.json', 'utf8'));
  const notices = readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8');
  const bundled = [...notices.matchAll(/^(\S+) (\d\S*) \((.+)\)$/gm)].map(
    ([, bundledName = '', bundledVersion = '', bundledLicense = '']): Package => ({
      name: bundledName,
      version: bundledVersion,
      license: bundledLicense,
    }),
  );
  const own = { name, version, license };
  const parts = [own, ...bundled, { name: 'bun', version: bun, license: 'MIT' }];
  const date = new Date(Number(process.env['SOURCE_DATE_EPOCH'] ?? 0) * 1000).toISOString().replace(/\.\d+/, '');
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${name}-${version}`,
    documentNamespace: `urn:spdx:${name}-${version}`,
    creationInfo: { created: date, creators: [`Tool: ${name}-${version}`] },
    packages: parts.map((part) => ({
      SPDXID: idOf(part),
      name: part.name,
      versionInfo: part.version,
      licenseConcluded: part.license,
      licenseDeclared: part.license,
      copyrightText: 'NOASSERTION',
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: `pkg:npm/${part.name.replace('@', '%40')}@${part.version}`,
        },
      ],
    })),
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: idOf(own) },
      ...parts
        .slice(1)
        .map((part) => ({ spdxElementId: idOf(own), relationshipType: 'CONTAINS', relatedSpdxElement: idOf(part) })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function idOf({ name, version }: Package): string {
  return `SPDXRef-${`${name}-${version}`.replace(/[^A-Za-z0-9.-]/g, '-')}`;
}
