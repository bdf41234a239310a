import type { KubeObject } from '#model/object.ts';
import type { ImageOverrider } from '#model/override.ts';
import { containersOf } from './containers.ts';
import { isTagOrDigest, parseImage, printImage } from './image-reference.ts';
import type { PatchOperation } from './json-patch.ts';
import type { OverrideFault, Plan } from './overrider.ts';

/**
 * Changes the images of all containers, or the one image at `predicate.path`.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/imageoverride.go.
 */
export const planImage: Plan<ImageOverrider> = (object, entry) => {
  const images = imagesOf(object, entry.predicate?.path);
  if ('message' in images) return images;
  const operations: PatchOperation[] = [];
  for (const { path, image } of images) {
    const value = typeof image === 'string' ? changeImage(image, entry) : undefined;
    if (value === undefined) return faultOf(path, image, object);
    operations.push({ operator: 'replace', path, value });
  }
  return operations;
};

interface Image {
  /** JSON pointer. */
  readonly path: string;
  readonly image: unknown;
}

function imagesOf(object: KubeObject, path: string | undefined): readonly Image[] | OverrideFault {
  if (path !== undefined) return [{ path, image: textAt(object, path) }];
  const containers = containersOf(object);
  if ('message' in containers) return containers;
  return containers.map(({ pointer, container }) => ({
    path: `${pointer}/image`,
    image: container.image,
  }));
}

/** Changes one component of an image reference. Returns undefined if the text is not an image reference. */
function changeImage(
  image: string,
  { component, operator, value = '' }: ImageOverrider,
): string | undefined {
  const parts = parseImage(image);
  if (parts === undefined) return undefined;
  const changed = { add: parts[component] + value, replace: value, remove: '' }[operator];
  const isLegal = component !== 'Tag' || operator === 'remove' || isTagOrDigest(changed);
  return printImage(isLegal ? { ...parts, [component]: changed } : parts);
}

/** Returns the value at a path. Like Karmada, it does not unescape the path, and follows only objects and lists of objects. */
function textAt(object: KubeObject, path: string): unknown {
  const keys = path.replace(/^\/+|\/+$/g, '').split('/');
  return keys.reduce<unknown>((value, key) => {
    const isIndex = !Array.isArray(value) || /^\d+$/.test(key);
    return typeof value === 'object' && value !== null && isIndex && Object.hasOwn(value, key)
      ? (value as Readonly<Record<string, unknown>>)[key]
      : undefined;
  }, object);
}

function faultOf(path: string, image: unknown, { kind }: KubeObject): OverrideFault {
  if (typeof image === 'string') {
    return {
      message: `has no image reference at ${path}${kind === 'Secret' ? '' : `: '${image}'`}`,
      hint: 'use the form [registry/]repository[:tag][@digest], with the repository in lower case',
    };
  }
  return {
    message: `has no string at ${path}`,
    hint: 'use the path of a field that contains an image reference',
  };
}
