/**
 * `npm run engines [-- [--check] NAME …]`: compiles the engines to WebAssembly and writes them, with a
 * manifest, to engines/artifacts. The same sources give the same modules. With `--check` it
 * writes nothing, but compiles the modules again and compares them with the manifest.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { constants, zstdCompressSync } from 'node:zlib';
import type { EngineArtifact, EngineManifest } from '#io/engine/artifacts.ts';
import { type EngineName, engineLimits } from '#io/engine/call.ts';
import { withMemoryLimit } from './engines/memory-limit.ts';
import { copyReplacedModules } from './engines/replaced-modules.ts';
import { withStartedMemory } from './engines/snapshot.ts';
import { warmUps } from './engines/warm-up.ts';

const root = join(import.meta.dirname, '..', 'engines');
const artifacts = join(root, 'artifacts');
const manifestFile = join(artifacts, 'manifest.json');

/** Go variables that the linker sets, as `path.name=value`. Releases of the programs set the same ones. */
const linkerVariables: Readonly<Record<EngineName, readonly string[]>> = {
  kustomize: ['sigs.k8s.io/kustomize/api/provenance.version=v5.8.1'],
  helm: [],
  kubernetes: [],
  istio: ['istio.io/istio/pkg/version.buildVersion=1.31-dev.eed52ebb66ad'],
};

/**
 * Build tags by engine. The traces of gRPC print templates, which call methods by name, so that the linker
 * would have to keep every method of every type.
 */
const buildTags: { readonly [name in EngineName]?: string } = {
  kubernetes: 'grpcnotrace',
  istio: 'grpcnotrace',
};

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const known = Object.keys(linkerVariables) as EngineName[];
const unknown = positionals.find((name) => !known.includes(name as EngineName));
if (unknown !== undefined) throw new Error(`unknown engine ${unknown}: use ${known.join(', ')}`);
const all = values.check ? Object.keys(readManifest()) : known;
const names = known.filter((name) => (positionals.length === 0 ? all : positionals).includes(name));
for (const name of names) {
  const module = compileEngine(name);
  if (values.check) check(name, module);
  else write(name, module);
}

function compileEngine(name: EngineName): Buffer {
  copyReplacedModules(name);
  const folder = mkdtempSync(join(tmpdir(), 'regatta-engine-'));
  const output = join(folder, 'engine.wasm');
  const variables = linkerVariables[name].map((variable) => `-X=${variable}`);
  try {
    const flags = ['-buildmode=c-shared', '-trimpath', '-buildvcs=false', '-mod=readonly'];
    go(name, [
      'build',
      ...flags,
      `-tags=${buildTags[name] ?? ''}`,
      `-ldflags=${['-s', '-w', ...variables].join(' ')}`,
      '-o',
      output,
      '.',
    ]);
    const module = withMemoryLimit(readFileSync(output), engineLimits.bytes);
    return withStartedMemory(module, warmUps[name]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs a go command in the engine's folder with the toolchain of its go.mod.
 *
 * @throws Error with the standard error of the command if it fails
 */
function go(name: EngineName, args: readonly string[]): string {
  const env = {
    ...process.env,
    GOOS: 'wasip1',
    GOARCH: 'wasm',
    GOWASM: '',
    GOFLAGS: '',
    GOEXPERIMENT: '',
    CGO_ENABLED: '0',
    GOTOOLCHAIN: toolchainOf(name),
  };
  const { status, stdout, stderr, error } = spawnSync('go', args, {
    cwd: join(root, name),
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`go ${args[0]} failed for ${name}: ${error ?? stderr}`);
  return stdout;
}

function toolchainOf(name: EngineName): string {
  const text = readFileSync(join(root, name, 'go.mod'), 'utf8');
  const [, toolchain] = /^toolchain (go\S+)$/m.exec(text) ?? [];
  if (toolchain === undefined) throw new Error(`engines/${name}/go.mod names no toolchain`);
  return toolchain;
}

function check(name: EngineName, module: Buffer): void {
  const expected = readManifest()[name]?.digest;
  if (expected !== digestOf(module)) {
    console.error(
      `${name}: compiling the sources gives digest ${digestOf(module)}, but the manifest has ${expected}`,
    );
    process.exitCode = 1;
  } else {
    console.log(`${name}: compiling the sources gives the digest in the manifest`);
  }
}

function write(name: EngineName, module: Buffer): void {
  const compressed = zstdCompressSync(module, {
    // Code repeats over the whole length of a module. A window of 128 MiB saves a quarter of the size.
    params: { [constants.ZSTD_c_compressionLevel]: 22, [constants.ZSTD_c_windowLog]: 27 },
  });
  const artifact: EngineArtifact = {
    digest: digestOf(module),
    compressedDigest: digestOf(compressed),
    size: module.length,
    compressedSize: compressed.length,
    go: toolchainOf(name),
    modules: modulesOf(name),
  };
  mkdirSync(artifacts, { recursive: true });
  replace(join(artifacts, `${name}.wasm.zst`), compressed);
  const manifest = Object.entries({ ...readManifest(), [name]: artifact });
  const sorted = Object.fromEntries(manifest.sort(([a], [b]) => (a < b ? -1 : 1)));
  replace(manifestFile, `${JSON.stringify(sorted, null, 2)}\n`);
  console.log(`${name}: ${module.length} bytes, ${compressed.length} compressed`);
}

/** Returns the versions of the Go modules inside the engine, by path, except those of this repository. */
function modulesOf(name: EngineName): Readonly<Record<string, string>> {
  const version =
    '{{if and .Replace .Replace.Version}}{{.Replace.Version}}{{else}}{{.Version}}{{end}}';
  const format = `{{with .Module}}{{if .Version}}{{.Path}} ${version}{{end}}{{end}}`;
  const tags = `-tags=${buildTags[name] ?? ''}`;
  const lines = go(name, ['list', '-mod=readonly', tags, '-deps', '-f', format, '.']).split('\n');
  const found = [...new Set(lines)].filter(
    (line) => line !== '' && !line.startsWith('regatta.dev/'),
  );
  return Object.fromEntries(found.sort().map((line) => line.split(' ') as [string, string]));
}

function readManifest(): EngineManifest {
  return existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')) : {};
}

/** Replaces a file atomically, so that readers see the old or the new content. */
function replace(file: string, content: string | Buffer): void {
  writeFileSync(`${file}.tmp`, content);
  renameSync(`${file}.tmp`, file);
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
