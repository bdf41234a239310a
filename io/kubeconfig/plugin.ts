import { accessSync, constants } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import * as v from 'valibot';
import { PluginError, runPlugin } from './plugin-process.ts';
import type { Exec } from './schema.ts';
import { parseFields } from './schema.ts';

/** What a credential plugin returned. A token, a certificate with its key, or both. */
export interface Credential {
  readonly token: string;
  /** The client certificate in PEM; '' if the plugin returned no certificate. */
  readonly certificate: string;
  /** The private key in PEM; '' if the plugin returned no key. */
  readonly key: string;
  /** Milliseconds since the epoch; infinite when the plugin named no time. */
  readonly expiresAt: number;
}

const text = v.nullish(v.string('must be a string'), '');
const answerSchema = v.looseObject(
  {
    apiVersion: v.string('is missing'),
    kind: v.literal('ExecCredential', 'must be "ExecCredential"'),
    status: v.looseObject(
      {
        token: text,
        clientCertificateData: text,
        clientKeyData: text,
        expirationTimestamp: v.nullish(
          v.pipe(v.string(), v.check(isTime, 'is not a time in RFC 3339')),
        ),
      },
      'is missing',
    ),
  },
  'is not an ExecCredential',
);

/** Time for which a failure answers further requests, so that they do not wait for the plugin one after the other, in milliseconds. */
const failureMs = 5000;

/**
 * Runs the program that a kubeconfig names in `exec`, as kubectl does, and keeps its answer until that
 * expires. Callers that ask at the same time share one run.
 */
export class CredentialPlugin {
  readonly #exec: Exec;
  readonly #command: string;
  readonly #cluster: (() => object) | undefined;
  #known: Credential | undefined;
  #running: Promise<Credential> | undefined;
  #failure: { readonly at: number; readonly error: unknown } | undefined;

  /**
   * @param command - the program: a path, or a name that is looked up in the PATH
   * @param cluster - describes the cluster to the plugin, if `provideClusterInfo` asks for it
   */
  constructor(exec: Exec, command: string, cluster: (() => object) | undefined) {
    this.#exec = exec;
    this.#command = command;
    this.#cluster = cluster;
  }

  /**
   * Returns the credential of the last run. Runs the plugin if it has not run yet or the credential has expired.
   *
   * @throws PluginError when the plugin fails, or its answer is not one that kubectl would use
   */
  async read(): Promise<Credential> {
    if (this.#known !== undefined && Date.now() <= this.#known.expiresAt) return this.#known;
    const { at, error } = this.#failure ?? { at: Number.NEGATIVE_INFINITY };
    if (performance.now() - at < failureMs) throw error;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    try {
      this.#known = await this.#running;
      return this.#known;
    } catch (error) {
      this.#failure = { at: performance.now(), error };
      throw error;
    }
  }

  async #run(): Promise<Credential> {
    const { args, env, installHint } = this.#exec;
    const name = basename(this.#command);
    const program = findProgram(this.#command);
    if (program === undefined) {
      const [hint = ''] = installHint.trim().split('\n');
      throw new PluginError(name, 'was not found', hint);
    }
    const own = Object.fromEntries(env.map((one) => [one.name, one.value]));
    const variables = { ...process.env, ...own, KUBERNETES_EXEC_INFO: this.#describe() };
    return this.#parse(name, await runPlugin({ name, program, args, env: variables }));
  }

  /** Returns the request, which a plugin reads from its environment. */
  #describe(): string {
    const { apiVersion } = this.#exec;
    const cluster = this.#cluster?.();
    const spec = { ...(cluster && { cluster }), interactive: false };
    return JSON.stringify({ kind: 'ExecCredential', apiVersion, spec });
  }

  #parse(name: string, output: string): Credential {
    const { apiVersion, status } = parseAnswer(name, output);
    const { token, clientCertificateData: certificate, clientKeyData: key } = status;
    const fault = (what: string) => new PluginError(name, what, '');
    if (apiVersion !== this.#exec.apiVersion) {
      throw fault(`answered in version ${apiVersion}, not ${this.#exec.apiVersion}`);
    }
    if ((certificate === '') !== (key === '')) {
      throw fault('returned only one of certificate and key');
    }
    if (token === '' && key === '') throw fault('returned neither a token nor a certificate');
    const time = status.expirationTimestamp;
    const expiresAt = time ? Date.parse(time) : Number.POSITIVE_INFINITY;
    return { token, certificate, key, expiresAt };
  }
}

/** Messages about an answer name its fields alone: their values are secret. */
function parseAnswer(name: string, output: string): v.InferOutput<typeof answerSchema> {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    throw new PluginError(name, 'did not return JSON', '');
  }
  return parseFields(answerSchema, answer, `the answer of credential plugin ${name}`);
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text));
}

/**
 * Returns the path of a program. A bare name is looked up in the PATH of this process: a PATH in the
 * plugin's own `env` does not count, and neither does the working directory.
 */
function findProgram(command: string): string | undefined {
  if (process.platform === 'win32') return command;
  if (command.includes('/')) return isProgram(command) ? command : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((path) => path.startsWith('/'));
  return folders.map((folder) => join(folder, command)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
