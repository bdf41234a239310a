import type { ShippedPackage } from './packages.ts';

/**
 * Returns the software bill of materials in CycloneDX 1.6 as JSON.
 *
 * It has neither a time nor a serial number: the same sources give the same bytes.
 */
export function bomOf(version: string, packages: readonly ShippedPackage[]): string {
  const purl = `pkg:npm/regatta@${version}`;
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': purl,
        name: 'regatta',
        version,
        purl,
        licenses: licensesOf('Apache-2.0'),
      },
    },
    components: packages.map((shipped) => ({
      type: 'library',
      'bom-ref': shipped.purl,
      name: shipped.name,
      version: shipped.version,
      purl: shipped.purl,
      licenses: licensesOf(shipped.license),
    })),
    dependencies: [{ ref: purl, dependsOn: packages.map((shipped) => shipped.purl) }],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function licensesOf(license: string): object[] {
  return / (AND|OR|WITH) /.test(license)
    ? [{ expression: license }]
    : [{ license: { id: license } }];
}

/** Returns each licence text once, below the packages that it covers. */
export function licensesText(packages: readonly ShippedPackage[]): string {
  const byText = new Map<string, string[]>();
  for (const { name, version, license, texts } of packages) {
    for (const text of texts) {
      const covered = byText.get(text.trim()) ?? [];
      byText.set(text.trim(), [...covered, `${name} ${version} (${license})`]);
    }
  }
  const rule = `\n\n${'='.repeat(80)}\n\n`;
  const parts = [...byText].map(([text, covered]) => `${covered.join('\n')}\n\n${text}`);
  const heading = 'Regatta contains the following packages, under these licences.';
  return `${[heading, ...parts].join(rule)}\n`;
}
