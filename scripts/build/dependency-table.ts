import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShippedPackage } from './packages.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Returns what differs between the bundle and the table "What users install" of docs/dependencies.md.
 * The table lists the packages that a package.json of ours names, and not the packages that those need.
 */
export function tableProblems(root: string, bundled: readonly ShippedPackage[]): string[] {
  const named = new Set(['package.json', 'packages/sandbox/package.json'].flatMap(namesIn));
  const shipped = new Set(bundled.map(({ name }) => name).filter((name) => named.has(name)));
  const listed = listedPackages(readFileSync(join(root, 'docs/dependencies.md'), 'utf8'));
  return [
    ...[...shipped.difference(listed)].map(
      (name) => `docs/dependencies.md lacks ${name}, which the bundle contains`,
    ),
    ...[...listed.difference(shipped)].map(
      (name) => `docs/dependencies.md lists ${name}, which the bundle does not contain`,
    ),
  ];

  function namesIn(file: string): string[] {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
    return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  }
}

/** Returns the packages in the first column of the first table. */
function listedPackages(text: string): Set<string> {
  const [table = ''] = /^(?:\|.*\n)+/m.exec(text) ?? [];
  const cells = table.split('\n').map((row) => row.split('|')[1] ?? '');
  return new Set(
    cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')),
  );
}
