/** A repository with attacks, and a server, a file and programs next to it that no build may reach. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { command } from '#test/command.ts';

/** The targets of the attacks. */
export interface Lure {
  /** URL of a server on this machine. */
  readonly url: string;
  /** Path of a file outside of the repository. */
  readonly file: string;
}

/** The result of a compile. */
export interface Compiled {
  readonly status: number;
  readonly output: string;
  /** The concatenated texts of all rendered files. */
  readonly rendered: string;
}

export class AttackedRepository {
  readonly lure: Lure;
  /** Content of the file outside of the repository and of an environment variable. */
  readonly secret: string;
  readonly #folder: string;
  readonly #server: Server;
  #connections = 0;

  private constructor(folder: string, server: Server) {
    const { port } = server.address() as AddressInfo;
    this.secret = `canary-${randomUUID()}`;
    this.lure = { url: `http://127.0.0.1:${port}`, file: join(folder, 'outside.yaml') };
    this.#folder = folder;
    this.#server = server;
    server.on('connection', () => {
      this.#connections++;
    });
    writeFileSync(this.lure.file, `canary: ${this.secret}\n`);
    this.#writePrograms();
    this.write('clusters/one.yaml', clusterNamed('one'));
  }

  static async start(): Promise<AttackedRepository> {
    const server = createServer((_, response) => response.end('{}'));
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    return new AttackedRepository(mkdtempSync(join(tmpdir(), 'regatta-attack-')), server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await rm(this.#folder, { recursive: true });
  }

  /** Number of connections to the server. */
  get connections(): number {
    return this.#connections;
  }

  /** Whether one of the programs on the PATH was started. */
  get hasStarted(): boolean {
    return existsSync(join(this.#folder, 'started'));
  }

  write(path: string, text: string): void {
    const file = join(this.#folder, 'fleet', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  compile(): Promise<Compiled> {
    return this.run('compile');
  }

  /** Runs a command of regatta on the repository, with the forbidden programs first on the PATH. */
  run(...words: readonly string[]): Promise<Compiled> {
    const fleet = join(this.#folder, 'fleet');
    const env = {
      PATH: [join(this.#folder, 'bin'), process.env.PATH].join(delimiter),
      HOME: this.#folder,
      XDG_CACHE_HOME: join(this.#folder, 'cache'),
      CANARY: this.secret,
    };
    const { promise, resolve } = Promise.withResolvers<Compiled>();
    execFile(process.execPath, [command, ...words, fleet], { env }, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code);
      const rendered = textBelow(join(fleet, 'rendered'));
      resolve({ status, output: `${stdout}${stderr}`, rendered });
    });
    return promise;
  }

  #writePrograms(): void {
    mkdirSync(join(this.#folder, 'bin'));
    for (const name of ['git', 'helm', 'kustomize', 'kubectl', 'sh', 'docker', 'plugin']) {
      const script = `#!/bin/bash\ntouch '${join(this.#folder, 'started')}'\n`;
      writeFileSync(join(this.#folder, 'bin', name), script, { mode: 0o755 });
    }
  }
}

function clusterNamed(name: string): string {
  const cluster = {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name },
    spec: { syncMode: 'Push' },
  };
  return JSON.stringify(cluster);
}

function textBelow(folder: string): string {
  if (!existsSync(folder)) return '';
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('');
}
