import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { IstioRequest, ProxyConfig } from '#model/istio-engine.ts';

/** What a real istiod sent to proxies: the question to the engine `istio`, and the answer that it must give. */
export interface ConfigDump {
  /** Names the configuration. */
  readonly name: string;
  readonly request: IstioRequest;
  /** Has the order of the proxies of the request. */
  readonly proxies: readonly ProxyConfig[];
}

export const dumpsFile: string = join(import.meta.dirname, '../fixtures/dumps.jsonl.gz');

/** Returns the configurations that `node scripts/record-mesh-dumps.ts` recorded. */
export function recordedDumps(): readonly ConfigDump[] {
  const text = gunzipSync(readFileSync(dumpsFile)).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ConfigDump);
}

/** Returns the bytes of the file with the dumps. */
export function packDumps(dumps: readonly ConfigDump[]): Buffer {
  return gzipSync(`${dumps.map((dump) => JSON.stringify(dump)).join('\n')}\n`, { level: 9 });
}
