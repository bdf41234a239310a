import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { SyncerProcess } from '#test/cluster/syncer-process.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { bookinfoPod, isBookinfoCaller } from '../harness/bookinfo-pods.ts';
import { Mesh } from '../harness/mesh.ts';
import { fetchText } from '../harness/requests.ts';
import type { Changes } from './changes.ts';
import { type Measured, Tally } from './shares.ts';
import { bookinfoMesh, type Sources } from './sources.ts';

/** Port of the gateway's pods, to which its Service maps port 80. */
const gatewayPort = 8080;

/** BookinfoScenario is Bookinfo on three real clusters: Regatta syncs it, and real Envoys carry its requests. */
export class BookinfoScenario {
  readonly files: Sources;
  readonly repo: FleetRepo;
  readonly mesh: Mesh;
  readonly #fleet: TestFleet;
  /** The sources of the last commit. */
  #current: Changes;

  private constructor(fleet: TestFleet, repo: FleetRepo, mesh: Mesh, files: Sources) {
    this.#fleet = fleet;
    this.repo = repo;
    this.mesh = mesh;
    this.files = files;
    this.#current = files;
  }

  /** @param record - records what istiod answers to each proxy */
  static async open(record = false): Promise<BookinfoScenario> {
    const members = ['member1', 'member2', 'mesh1'];
    const fleet = await startFleet({ members, controllers: true, nodes: 1 });
    try {
      const { kubeconfig } = fleet;
      const mesh = await Mesh.start({
        kubeconfig,
        controlPlane: 'mesh1',
        members: ['member1', 'member2'],
        program: bookinfoPod,
        isCaller: isBookinfoCaller,
        record,
      });
      const files = await bookinfoMesh();
      const repo = await FleetRepo.make();
      await repo.push(files);
      return new BookinfoScenario(fleet, repo, mesh, files);
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.mesh.close();
    await this.#fleet.close();
    await this.repo.remove();
  }

  /** Commits a change of the original sources, without those of earlier calls, and syncs it with Regatta. */
  async commit(changes: Changes): Promise<void> {
    const wanted: Changes = { ...this.files, ...changes };
    const paths = new Set([...Object.keys(wanted), ...Object.keys(this.#current)]);
    const differing = [...paths].filter((path) => wanted[path] !== this.#current[path]);
    if (differing.length > 0) {
      this.repo.pull();
      await this.repo.push(Object.fromEntries(differing.map((path) => [path, wanted[path]])));
    }
    this.#current = wanted;
    await this.#sync();
    await this.mesh.refresh();
  }

  /** Sends requests for the page to the gateway, one after the other. */
  async measure(
    requests: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Measured> {
    const agent = new Agent({ keepAlive: true });
    const tally = new Tally();
    const { address: host } = this.mesh.gateway;
    const request = { host, port: gatewayPort, path: '/productpage', agent };
    for (let sent = 0; sent < requests; sent++) {
      const { status, text } = await fetchText({
        ...request,
        headers: { host: 'bookinfo.example.com', ...headers },
      });
      tally.add(status, text);
    }
    agent.destroy();
    return tally.measured;
  }

  async #sync(): Promise<void> {
    const { kubeconfig } = this.#fleet;
    const state = join(this.repo.directory, 'state');
    const flags = ['--kubeconfig', kubeconfig, '--state-dir', state, '--compile'];
    const syncer = new SyncerProcess(this.repo.url, [...flags, '--once', '--timeout', '90s']);
    assert.equal(await syncer.ended, 0, syncer.describe());
  }
}
