/**
 * Preloaded into a command: appends a line to the file `ENGINE_CALLS` for each request to an engine that builds, and for each to
 * Istio; the line `prepared` for a thread that loads an engine before the first request.
 */
import { appendFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

const { postMessage } = Worker.prototype;

Worker.prototype.postMessage = function (message: unknown, ...rest: []): void {
  const { request, example } = Object(message) as {
    readonly request?: unknown;
    readonly example?: unknown;
  };
  if (example instanceof Uint8Array) record('prepared');
  if (request instanceof Uint8Array) {
    const { root, name, values, mesh } = JSON.parse(Buffer.from(request).toString()) as Request;
    // The engine that checks objects lacks these fields.
    const build = root ?? mesh?.name ?? (values === undefined ? undefined : name);
    if (build !== undefined) record(build);
  }
  postMessage.call(this, message, ...rest);
};

function record(line: string): void {
  const { ENGINE_CALLS: file } = process.env;
  if (file !== undefined) appendFileSync(file, `${line}\n`);
}

/** A request to Kustomize, which has a folder, to Helm, which has the name of a release and its values, or to Istio. */
interface Request {
  readonly root?: string;
  readonly name?: string;
  readonly values?: unknown;
  readonly mesh?: { readonly name: string };
}
