import type { KubeObject } from '#model/object.ts';
import type { ImageOverrider } from '#model/override.ts';
import type { Overrider } from './overrider.ts';

/**
 * Changes the images of all containers, but not of init containers, of the kinds that have a pod
 * template. Other kinds stay as they are.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/imageoverride.go.
 */
export const overrideImages: Overrider<ImageOverrider> = (object, entries) => ({
  type: 'changed',
  object: entries.reduce(
    (changed, entry) => mapContainers(changed, (container) => withImage(container, entry)),
    object,
  ),
});

const podTemplatePaths: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>(
  [
    ['Pod', ['spec']],
    ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'].map(
      (kind) => [kind, ['spec', 'template', 'spec']] as const,
    ),
  ],
);

type Fields = Readonly<Record<string, unknown>>;

function mapContainers(object: KubeObject, change: (container: Fields) => Fields): KubeObject {
  const path = podTemplatePaths.get(object.kind);
  return path === undefined
    ? object
    : (mapAt(object, [...path, 'containers'], (containers) =>
        Array.isArray(containers) ? containers.map(change) : containers,
      ) as KubeObject);
}

function mapAt(
  value: unknown,
  path: readonly string[],
  change: (value: unknown) => unknown,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (typeof value !== 'object' || value === null || !(key in value)) return value;
  return { ...value, [key]: mapAt((value as Fields)[key], rest, change) };
}

function withImage(container: Fields, entry: ImageOverrider): Fields {
  const { image } = container;
  return typeof image === 'string' ? { ...container, image: changeImage(image, entry) } : container;
}

interface ImageReference {
  readonly Registry: string;
  readonly Repository: string;
  /** Tag, else digest: a reference with both loses the digest. */
  readonly Tag: string;
}

function changeImage(image: string, { component, operator, value = '' }: ImageOverrider): string {
  const parts = parseImage(image);
  const old = parts[component];
  const changed = { add: old + value, replace: value, remove: '' }[operator];
  const valid = component !== 'Tag' || changed === '' || isTag(changed) || isDigest(changed);
  return valid ? printImage({ ...parts, [component]: changed }) : image;
}

function parseImage(image: string): ImageReference {
  const [name = '', digest = ''] = image.split('@');
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const rest = hasRegistry ? name.slice(slash + 1) : name;
  const colon = rest.indexOf(':');
  return {
    Registry: hasRegistry ? first : '',
    Repository: colon < 0 ? rest : rest.slice(0, colon),
    Tag: colon < 0 ? digest : rest.slice(colon + 1),
  };
}

function printImage({ Registry, Repository, Tag }: ImageReference): string {
  const name = Registry === '' ? Repository : `${Registry}/${Repository}`;
  if (Tag === '') return name;
  return isTag(Tag) ? `${name}:${Tag}` : `${name}@${Tag}`;
}

function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

function isDigest(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}$/.test(text);
}
