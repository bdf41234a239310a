/** Readers of YAML other than ours, which answer with JSON values. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { parse } from 'yaml';
import { parseJson } from '#model/json.ts';
import { buildProgram } from '#test/go/tools.ts';

/** The documents that a reader read, or why it refuses the text. */
export type Reading = { readonly documents: readonly unknown[] } | { readonly error: string };

interface Answer {
  readonly documents: readonly unknown[] | null;
  /** '' for none. */
  readonly error: string;
  /** Number of bytes of the text. */
  readonly size: number;
}

/**
 * Replaces Go's escapes of `<`, `>` and `&`. JSON.parse of V8 13.6 can take an escaped key of one character for the key
 * `\\` of an earlier object.
 */
function withoutEscapes(json: string): string {
  const letters: Readonly<Record<string, string>> = {
    '\\u003c': '<',
    '\\u003e': '>',
    '\\u0026': '&',
  };
  return json.replace(/\\(?:\\|u003c|u003e|u0026)/g, (letter) => letters[letter] ?? letter);
}

/** A reader that runs as a process: it takes one text after the other. */
export class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[] = []) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @param mode - what the process should do, if it can do several things */
  async read(text: string, mode: string): Promise<Reading> {
    this.#child.stdin?.write(`${mode} ${Buffer.from(text).toString('base64')}\n`);
    const { value } = await this.#lines.next();
    const { documents, error, size } = parseJson(withoutEscapes(value)) as Answer;
    if (size !== Buffer.byteLength(text)) throw new Error(`an answer to another text: ${value}`);
    return error === '' ? { documents: documents ?? [] } : { error };
  }

  close(): void {
    this.#child.stdin?.end();
    this.#child.kill();
  }
}

/**
 * Starts the readers of Go: `stream` reads like kubectl, and `v2`, `v3` and `sigs` read one document with go-yaml
 * and sigs.k8s.io/yaml.
 */
export function startGoReaders(): ReaderProcess {
  return new ReaderProcess(buildProgram('reader'));
}

const python = `
import base64, json, sys, yaml
for line in sys.stdin:
    text = base64.b64decode(line.split(' ')[1])
    try:
        answer = {'documents': [yaml.safe_load(text.decode())], 'error': '', 'size': len(text)}
        written = json.dumps(answer)
    except Exception as error:
        written = json.dumps({'error': str(error) or 'error', 'size': len(text)})
    print(written, flush=True)
`;

/** Starts PyYAML; undefined if it is not installed. */
export function startPyYaml(): ReaderProcess | undefined {
  try {
    execFileSync('python3', ['-c', 'import yaml'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return new ReaderProcess('python3', ['-c', python]);
}

/** Readers in JavaScript. Their numbers are doubles. */
export const scriptReaders: Readonly<Record<string, (text: string) => unknown>> = {
  'js-yaml': (text) => load(text),
  'js-yaml with YAML 1.1': (text) => load(text, { schema: YAML11_SCHEMA }),
  yaml: (text) => parse(text),
  'yaml with YAML 1.1': (text) => parse(text, { version: '1.1' }),
};
