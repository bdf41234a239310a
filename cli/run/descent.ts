import { Store } from '#io/cache/store.ts';
import type { GitSource } from '#io/git/source.ts';
import type { MayFollow } from '#syncer/commit-order.ts';

/** Maximum number of answers that a file keeps. */
const mostAnswers = 1000;

/**
 * Returns a function that reports whether one commit descends from another; true also if Git does not know. It
 * asks the server about each pair of commits once, also over several runs.
 */
export function rememberedDescent(source: GitSource): MayFollow {
  const store = new Store<readonly string[]>(source.directory.replace(/\.git$/, '.descent'), '1');
  const known = new Set(store.value);
  const asked = new Map<string, Promise<boolean>>();
  const ask = async (...[before, commit, signal]: Parameters<MayFollow>): Promise<boolean> => {
    const follows = await source.goesOnFrom(before, commit, signal).catch(() => undefined);
    if (follows) store.save([...known.add(`${before} ${commit}`)].slice(-mostAnswers));
    return follows ?? true;
  };
  return async (before, commit, signal) => {
    const pair = `${before} ${commit}`;
    if (before === commit || known.has(pair)) return true;
    const answer = asked.get(pair) ?? ask(before, commit, signal);
    asked.set(pair, answer);
    return answer;
  };
}
