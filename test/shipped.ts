import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

/** What a manifest in deploy/ gives its container. */
export interface ShippedContainer {
  readonly args: readonly string[];
  /** Maximum memory, in bytes. */
  readonly memory: number;
  /** Maximum heap of Node, in bytes. */
  readonly heap: number;
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly env: readonly { readonly name: string; readonly value: string }[];
          readonly resources: { readonly limits: { readonly memory: string } };
        }[];
      };
    };
  };
}

/** Returns the container of the Deployment that a manifest in deploy/ starts with. */
export function containerOf(file: string): ShippedContainer {
  const text = readFileSync(join(import.meta.dirname, '../deploy', file), 'utf8');
  const [deployment] = loadAll(text) as readonly Deployment[];
  const [container] = deployment?.spec.template.spec.containers ?? [];
  if (container === undefined) throw new Error(`${file} starts with no Deployment`);
  const { args, env, resources } = container;
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  const heap = Number(/--max-old-space-size=(\d+)/.exec(options)?.[1]) * 1024 ** 2;
  return { args, memory: bytesOf(resources.limits.memory), heap };
}

/** Parses a quantity of memory: `512Mi`, `2Gi`. */
export function bytesOf(quantity: string): number {
  const scale = quantity.endsWith('Gi') ? 1024 ** 3 : 1024 ** 2;
  return Number.parseInt(quantity, 10) * scale;
}
