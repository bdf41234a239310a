import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The programs of a test bed; each is a file of this name in the assets folder. */
export const programs = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'kwok',
] as const;

type Program = (typeof programs)[number];

/** File beside the programs that configures how kwok advances pods and nodes. */
export const stagesFile = 'kwok-stages.yaml';

const servers: readonly Program[] = ['etcd', 'kube-apiserver', 'kubectl'];
const workloads: readonly Program[] = ['kube-controller-manager', 'kube-scheduler', 'kwok'];

/**
 * Returns the folder with the programs: `KUBEBUILDER_ASSETS` if it is set, otherwise the build that
 * `npm run cluster:install` made from the files of this checkout.
 *
 * @throws Error that names the missing programs and the command that installs them
 */
export function findAssets({ controllers }: { readonly controllers: boolean }): string {
  const given = process.env.KUBEBUILDER_ASSETS;
  const folder = given ?? builtAssets();
  const required = controllers ? [...servers, ...workloads, stagesFile] : servers;
  const missing = required.filter((name) => !existsSync(join(folder, name)));
  if (missing.length === 0) return folder;
  const how = given === undefined ? 'run' : 'unset KUBEBUILDER_ASSETS and run';
  throw new Error(`${folder} lacks ${missing.join(', ')}: ${how} \`npm run cluster:install\``);
}

/** Returns the folder of the build of `npm run cluster:install`: one folder for each set of inputs. */
export function builtAssets(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'regatta', `k8s-${inputsKey()}`);
}

function inputsKey(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const input of ['build/go.mod', 'build/go.sum', 'build/main.go', 'build.ts', 'stages.ts']) {
    hash.update(readFileSync(join(import.meta.dirname, input)));
  }
  return hash.digest('hex').slice(0, 16);
}
