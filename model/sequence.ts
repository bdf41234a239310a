/** The annotations by which the syncer orders objects. */

/** Annotation with references to the objects that must be ready before this one, separated by commas. */
export const dependsOnAnnotation = 'config.kubernetes.io/depends-on';

/** Annotation with a number: the syncer first applies the objects with lower numbers. */
export const waveAnnotation = 'argocd.argoproj.io/sync-wave';
