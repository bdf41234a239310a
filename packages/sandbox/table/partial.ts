/** PartialObjectMetadata: only the metadata of an object. */
import type { Page } from '../api/list.ts';
import { type Fields, fieldsAt } from '../object.ts';

const apiVersion = 'meta.k8s.io/v1';

export function metadataOnly(object: Fields): Fields {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: fieldsAt(object, 'metadata') };
}

export function metadataList({ items, metadata }: Page): Fields {
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion,
    metadata,
    items: items.map(metadataOnly),
  };
}
