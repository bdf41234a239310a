import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { programs, stagesFile } from './assets.ts';
import { composeStages } from './stages.ts';

const source = join(import.meta.dirname, 'build');
const binary = 'bed';

const run = promisify(execFile);

/**
 * Builds the programs of a test bed with `go` into `folder`, which gets its name only when all
 * programs are complete. Two concurrent builds do no harm: one of them wins.
 *
 * @throws Error when Go is missing, too old, or fails after it has printed its own output
 */
export async function buildAssets(folder: string, say: (line: string) => void): Promise<void> {
  const versions = await moduleVersions();
  say(`Kubernetes ${versions.kubernetes}, etcd ${versions.etcd}, kwok ${versions.kwok}`);
  say(`with ${await goVersion()} into ${folder}`);
  say('building: about 6 minutes the first time (93 MB of modules, 3 GB of build cache)');
  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    await goBuild(join(draft, binary), versions.kubernetes);
    for (const program of programs) await symlink(binary, join(draft, program));
    await writeFile(join(draft, stagesFile), await composeStages(await kwokModule()));
    await expectVersion(join(draft, 'kube-apiserver'), versions.kubernetes);
    await publish(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

interface ModuleVersions {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly kwok: string;
}

async function moduleVersions(): Promise<ModuleVersions> {
  const text = await readFile(join(source, 'go.mod'), 'utf8');
  const versionOf = (module: string): string => {
    const version = text.match(new RegExp(`^\\t${module} (\\S+)$`, 'm'))?.[1];
    if (version === undefined) throw new Error(`build/go.mod requires no ${module}`);
    return version;
  };
  return {
    kubernetes: versionOf('k8s.io/kubernetes'),
    etcd: versionOf('go.etcd.io/etcd/server/v3'),
    kwok: versionOf('sigs.k8s.io/kwok'),
  };
}

async function goVersion(): Promise<string> {
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION'], { cwd: source, env: goEnvironment });
    return stdout.trim();
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) throw error;
    throw new Error(
      'real kube-apiservers are built with Go, and there is no `go` on the PATH: install Go 1.26 or newer (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a folder that has them',
      { cause: error },
    );
  }
}

const goEnvironment = {
  ...process.env,
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=readonly -buildvcs=false',
};

async function goBuild(output: string, kubernetes: string): Promise<void> {
  // Omit DWARF: these servers are not debugged, and compilation is 15 % faster without it.
  const flags = ['-trimpath', '-gcflags=all=-dwarf=false', '-ldflags', linkerFlags(kubernetes)];
  const go = spawn('go', ['build', ...flags, '-o', output, '.'], {
    cwd: source,
    env: goEnvironment,
    stdio: 'inherit',
  });
  const [status] = await once(go, 'exit');
  if (status !== 0) throw new Error(`go build ended with status ${status}`);
}

/** Returns linker flags for the version that a server reports, as the build of Kubernetes sets them. */
function linkerFlags(kubernetes: string): string {
  const [major, minor] = kubernetes.slice(1).split('.');
  const variables = {
    gitVersion: kubernetes,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'archive',
    gitCommit: '0'.repeat(40),
    buildDate: '1970-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/client-go/pkg/version', 'k8s.io/component-base/version'];
  const settings = packages.flatMap((path) =>
    Object.entries(variables).map(([name, value]) => `-X ${path}.${name}=${value}`),
  );
  return ['-s', '-w', ...settings].join(' ');
}

async function kwokModule(): Promise<string> {
  const query = ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'];
  const { stdout } = await run('go', query, { cwd: source, env: goEnvironment });
  return stdout.trim();
}

async function expectVersion(apiserver: string, kubernetes: string): Promise<void> {
  const { stdout } = await run(apiserver, ['--version']);
  if (stdout.trim() !== `Kubernetes ${kubernetes}`) {
    throw new Error(`the kube-apiserver built calls itself ${JSON.stringify(stdout.trim())}`);
  }
}

async function publish(draft: string, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  try {
    await rename(draft, folder);
  } catch (error) {
    const lost = error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY';
    if (!lost) throw error;
  }
}
