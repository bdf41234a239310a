import { folderEdges, type ImportEdge } from './imports.ts';

const passes = [
  'read',
  'build',
  'parse',
  'select',
  'interpret',
  'place',
  'depend',
  'override',
  'finalise',
  'write',
];

/**
 * The folders of each room that a folder may import, as ARCHITECTURE.md explains them. A folder that is
 * not listed imports no other folder of its room. Biome enforces the rules between rooms.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'compiler/accept': ['build', 'parse'],
  'compiler/build': ['read', 'parse'],
  'compiler/explain': passes,
  'compiler/import': passes,
  'compiler/remember': passes,
  'compiler/validate': ['explain'],
  'syncer/ownership': ['ports'],
  'syncer/pace': ['ports'],
  'syncer/desired': ['ownership', 'ports'],
  'syncer/inventory': ['ownership', 'pace', 'ports'],
  'syncer/lease': ['ownership', 'pace', 'ports'],
  'syncer/observe': ['desired', 'health', 'ownership', 'pace', 'ports'],
  'syncer/plan': ['desired', 'inventory', 'observe', 'ownership'],
  'syncer/act': ['desired', 'health', 'inventory', 'observe', 'ownership', 'pace', 'plan', 'ports'],
  'syncer/report': ['lease', 'observe', 'ownership', 'plan', 'ports'],
  'syncer/former': [
    'desired',
    'inventory',
    'lease',
    'ownership',
    'pace',
    'plan',
    'ports',
    'report',
  ],
  'syncer/workers': ['pace', 'ports', 'report'],
  'syncer/status': [
    'act',
    'desired',
    'former',
    'health',
    'inventory',
    'lease',
    'observe',
    'ownership',
    'pace',
    'plan',
    'ports',
    'report',
  ],
  'traffic/ask': ['envoy', 'mesh', 'way'],
  'traffic/way': ['envoy', 'mesh'],
  'io/child': ['files'],
  'io/git': ['child', 'files'],
  'io/cache': ['files'],
  'io/engine': ['cache'],
  'io/checks': ['cache', 'engine'],
  'io/fetch': ['cache', 'files', 'git'],
  'io/kubernetes': ['kubeconfig'],
  'cli/adopt': ['fleet'],
  'cli/print': ['adopt', 'fleet'],
  'cli/diff': ['fleet', 'print', 'traffic'],
  'cli/lint': ['diff', 'fleet', 'mesh', 'print'],
  'cli/mesh': ['traffic'],
  'cli/review': ['diff', 'print'],
  'cli/traffic': ['fleet', 'print'],
  'cli/run': ['fleet', 'options', 'print'],
  'cli/complete': ['options', 'print'],
  'cli/commands': [
    'adopt',
    'complete',
    'diff',
    'fleet',
    'lint',
    'options',
    'print',
    'review',
    'run',
    'traffic',
  ],
};

/**
 * Returns the imports between folders of a room that no rule allows. For the sandbox, `npm run house`
 * checks only cycles.
 */
export function forbiddenImports(edges: readonly ImportEdge[]): ImportEdge[] {
  return folderEdges(edges).filter(({ from, to }) => {
    if (from.startsWith('packages/')) return false;
    const folder = to.slice(to.indexOf('/') + 1);
    return !(allowed[from] ?? []).includes(folder);
  });
}
