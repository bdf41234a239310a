/** An image reference in the parts that overriders change, by their names in Karmada's API. */
export interface ImageReference {
  /** '' when the reference names none. */
  readonly Registry: string;
  readonly Repository: string;
  /** A tag or a digest; '' for neither. A reference with both is read without its digest. */
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

/** Of what follows the first slash. */
const maxPathLength = 255;

/** Digests that are known, by their algorithm. */
const knownDigests = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/**
 * Reads an image reference as container tools do, but without filling in a default registry,
 * `library/` or `latest`. Undefined when it is none.
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

/** Whether a text can stand for `Tag`. */
export function isTagOrDigest(text: string): boolean {
  return tagPattern.test(text) || digestPattern.test(text);
}
