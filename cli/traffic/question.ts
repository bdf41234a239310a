import { InvalidArgumentError } from 'commander';
import type { CallerSelector } from '#traffic/ask/proxies.ts';
import type { Query } from '#traffic/ask/start.ts';

/** The target on the command line: `HOST[:PORT][/PATH]`. */
export type Target = Pick<Query, 'host' | 'port' | 'path'>;

/** @throws InvalidArgumentError if a text is not a target */
export function parseTarget(text: string): Target {
  const parts = /^(?:https?:\/\/)?([A-Za-z0-9.*_-]+)(?::(\d{1,5}))?(\/\S*)?$/.exec(text);
  const [, host, port, path = '/'] = parts ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError('expected HOST[:PORT][/PATH], such as reviews:9080/reviews/0');
  }
  return { host, path, ...(port !== undefined && { port: Number(port) }) };
}

/** @throws InvalidArgumentError if a text names no header with its value */
export function parseHeader(
  text: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[=:]\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('expected NAME=VALUE, such as end-user=jason');
  }
  return new Map([...before, [name.toLowerCase(), value]]);
}

/** @throws InvalidArgumentError if a text names no caller */
export function parseCaller(text: string): CallerSelector {
  const [cluster = '', namespace = '', workload, ...more] = text.split('/');
  if (cluster === '' || namespace === '' || workload === '' || more.length > 0) {
    throw new InvalidArgumentError(
      'expected CLUSTER/NAMESPACE[/WORKLOAD], such as member1/default/productpage-v1',
    );
  }
  return { cluster, namespace, ...(workload !== undefined && { workload }) };
}
