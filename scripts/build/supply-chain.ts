import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { tableProblems } from './dependency-table.ts';
import { enginePackages } from './go-modules.ts';
import { bundledPackages, byName, type ShippedPackage } from './packages.ts';
import { bomOf, licensesText } from './sbom.ts';

/**
 * Writes `SBOM.cdx.json` and `THIRD-PARTY-LICENSES` into the output directory of a build.
 *
 * @throws Error when docs/dependencies.md and the bundle differ, or a package has no licence
 */
export function writeSupplyChain(root: string, outdir: string, metafile: Metafile): void {
  const bundled = bundledPackages(root, metafile);
  const problems = tableProblems(root, bundled);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const shipped = byName([
    ...bundled,
    ...enginePackages(join(root, 'engines/artifacts')),
    luaInterpreter(root),
  ]);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  writeFileSync(join(outdir, 'SBOM.cdx.json'), bomOf(version, shipped));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES'), licensesText(shipped));
}

/** The WebAssembly module of wasmoon-lua5.1 contains Lua, whose licence that package does not repeat. */
function luaInterpreter(root: string): ShippedPackage {
  return {
    name: 'lua',
    version: '5.1.5',
    license: 'MIT',
    purl: 'pkg:generic/lua@5.1.5',
    texts: [readFileSync(join(root, 'scripts/build/lua-license.txt'), 'utf8')],
  };
}
