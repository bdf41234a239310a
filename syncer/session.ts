import { describeObject } from '#model/object.ts';
import { LeasedPort } from './lease/leased-port.ts';
import { MemberLease } from './lease/member-lease.ts';
import type { LoopOptions } from './loop-options.ts';
import { Member, type MemberOptions } from './member.ts';
import { CacheAudit } from './observe/cache-audit.ts';
import { OrphanSearch } from './orphan-search.ts';
import { marksOf } from './ownership/marks.ts';
import type { Owner } from './ownership/owner.ts';
import type { EventTarget } from './report/member-events.ts';
import { Requests } from './requests.ts';
import { Succession } from './succession.ts';

interface SessionOptions
  extends Pick<
      LoopOptions,
      'name' | 'port' | 'clock' | 'holder' | 'tooling' | 'refresh' | 'redactor'
    >,
    Pick<MemberOptions, 'owner' | 'report' | 'onChange' | 'onBreak' | 'timed'>,
    Pick<MemberOptions, 'mayFollow' | 'changesSince'> {
  /** Called when the syncer no longer holds the Lease. */
  readonly onLoss: () => void;
  /** Called when someone asks the syncer for a full turn. */
  readonly onRequest: () => void;
}

const orphanReason = 'it has the label of the fleet, but is neither in Git nor in the inventory';

/** What a loop needs of a cluster, under the names that its fleet has there. */
export class Session {
  readonly owner: Owner;
  readonly lease: MemberLease;
  /** Writes only while the syncer holds the Lease. */
  readonly port: LeasedPort;
  readonly member: Member;
  readonly succession: Succession;
  /** Checks that the watches of the member miss no event. */
  readonly audit: CacheAudit;
  readonly requests: Requests;
  readonly #end = new AbortController();

  constructor(options: SessionOptions) {
    const { name, owner, refresh } = options;
    this.owner = owner;
    const { manager, lease: ref } = owner.names;
    const place = { ref, marks: marksOf(owner.fleet) };
    this.requests = new Requests({ ...options, ref, lease: () => this.lease });
    const onHeld: Requests['held'] = (...held) => this.requests.held(...held);
    this.lease = new MemberLease({ ...options, place, manager, onHeld });
    this.port = new LeasedPort(options.port, this.lease);
    this.member = new Member({ ...options, port: this.port });
    const { port, clock, cache } = this.member;
    const onMissed = (id: string) => {
      const reason = `watch of ${id.replace(/^\//, '')} missed events; listed again`;
      options.report({ type: 'trouble', cluster: name, reason });
      options.onBreak();
    };
    this.audit = new CacheAudit({ cluster: name, port, clock, cache, onMissed });
    void this.audit.run(this.#end.signal);
    const search = new OrphanSearch({
      cluster: name,
      port,
      clock,
      names: owner.names,
      watched: () => cache.watched,
      isKnown: (key) => this.member.mayKnow(key),
      onFound: (orphan) => {
        const reason = `${describeObject(orphan)} is an orphan: ${orphanReason}`;
        options.report({ type: 'trouble', cluster: name, reason });
      },
    });
    void search.run(this.#end.signal);
    this.succession = new Succession({ name, member: this.member, lease: this.lease, refresh });
  }

  /** Where the syncer writes Events about the cluster. */
  get eventTarget(): EventTarget {
    const { kind, namespace, name } = this.owner.names.inventory;
    return { port: this.port, inventory: `/${kind}/${namespace}/${name}` };
  }

  /** Returns the signal that ends the watches of the session. */
  until(stop: AbortSignal): AbortSignal {
    return AbortSignal.any([stop, this.#end.signal]);
  }

  /** Ends the watches and releases the Lease. Does not reject. */
  async close(): Promise<void> {
    this.#end.abort();
    await this.lease.release();
  }
}
