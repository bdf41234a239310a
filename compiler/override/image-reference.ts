/** An image reference, divided into the components of Karmada's API. */
export interface ImageReference {
  /** The registry; '' if the reference has no registry. */
  readonly Registry: string;
  readonly Repository: string;
  /** The tag or the digest; '' for neither. A reference with both loses its digest. */
  readonly Tag: string;
}

const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}';
const domainLabel = '(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])';
const domain = `(?:${domainLabel}(?:\\.${domainLabel})*|\\[[A-Fa-f0-9:]+\\])(?::[0-9]+)?`;
const pathPart = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const name = `(?:${domain}/)?${pathPart}(?:/${pathPart})*`;

const tagPattern = new RegExp(`^${tag}$`);
const digestPattern = new RegExp(`^${digest}$`);
const referencePattern = new RegExp(`^(${name})(?::(${tag}))?(?:@(${digest}))?$`);

/** Pattern of the repository. */
const maxPathLength = 255;

/** Patterns of digests, by algorithm. */
const knownDigests = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/**
 * Parses an image reference as container tools do, but without adding a default registry,
 * `library/` or `latest`. Returns undefined if the text is not an image reference.
 *
 * Source: github.com/distribution/reference v0.6; Karmada v1.18, pkg/util/imageparser/parser.go.
 */
export function parseImage(image: string): ImageReference | undefined {
  const [, full, tagOfImage = '', digestOfImage = ''] = referencePattern.exec(image) ?? [];
  if (full === undefined) return undefined;
  if (digestOfImage !== '' && !knownDigests.test(digestOfImage)) return undefined;
  const slash = full.indexOf('/');
  if (full.length - slash - 1 > maxPathLength) return undefined;
  const first = full.slice(0, Math.max(0, slash));
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  return {
    Registry: hasRegistry ? first : '',
    Repository: hasRegistry ? full.slice(slash + 1) : full,
    Tag: tagOfImage === '' ? digestOfImage : tagOfImage,
  };
}

export function printImage({ Registry, Repository, Tag }: ImageReference): string {
  const full = Registry === '' ? Repository : `${Registry}/${Repository}`;
  if (Tag === '') return full;
  return tagPattern.test(Tag) ? `${full}:${Tag}` : `${full}@${Tag}`;
}

/** Reports whether a text is a tag or a digest. */
export function isTagOrDigest(text: string): boolean {
  return tagPattern.test(text) || digestPattern.test(text);
}
