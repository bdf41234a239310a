import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The Go programs. Each is a symbolic link to one binary, which decides by its name what it does. */
export const goPrograms = ['istiod', 'istioctl', 'relay'] as const;

/** Files beside the programs: the definitions of Istio's kinds and of the Gateway API's. */
export const definitions = { istio: 'istio-crds.yaml', gateway: 'gateway-crds.yaml' } as const;

/** Path of each program and file that a mesh of real parts needs. */
export interface MeshParts {
  readonly istiod: string;
  readonly istioctl: string;
  readonly relay: string;
  readonly envoy: string;
  readonly istioCrds: string;
  readonly gatewayCrds: string;
}

/**
 * Returns the parts that `npm run mesh:install` made from the files of this checkout.
 *
 * @throws Error that names the missing parts and the command that installs them
 */
export function findParts(): MeshParts {
  const folder = builtParts();
  const names = [...goPrograms, 'envoy', ...Object.values(definitions)];
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) {
    throw new Error(`${folder} lacks ${missing.join(', ')}: run \`npm run mesh:install\``);
  }
  return {
    istiod: join(folder, 'istiod'),
    istioctl: join(folder, 'istioctl'),
    relay: join(folder, 'relay'),
    envoy: join(folder, 'envoy'),
    istioCrds: join(folder, definitions.istio),
    gatewayCrds: join(folder, definitions.gateway),
  };
}

/** Returns the folder of the parts, beside that of `npm run cluster:install`: one folder for each set of inputs. */
export function builtParts(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'regatta', `mesh-${inputsKey()}`);
}

function inputsKey(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  const sources = readdirSync(join(import.meta.dirname, 'build')).toSorted();
  const inputs = [
    ...sources.map((name) => `build/${name}`),
    'build.ts',
    'envoy-requirements.txt',
    'parts.ts',
  ];
  for (const input of inputs) hash.update(readFileSync(join(import.meta.dirname, input)));
  return hash.digest('hex').slice(0, 16);
}
