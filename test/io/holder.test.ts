import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:os';
import { describe, it } from 'node:test';
import { openHolder } from '#io/kubernetes/lease-holder.ts';

const skip = platform() === 'linux' ? false : 'only Linux identifies processes';

/** A process that prints its holder identity, and runs until its stdin ends. */
const script = `
  const { openHolder } = await import('#io/kubernetes/lease-holder.ts');
  process.stdout.write(openHolder().process);
  process.stdin.resume();
`;

describe('a holder of Leases', () => {
  it('has a unique name that contains host and process', () => {
    const [one, other] = [openHolder(), openHolder()];
    assert.notEqual(one.name, other.name);
    assert.match(one.name, new RegExp(`^.+_${process.pid}_[0-9a-f]{8}$`));
  });

  it('detects whether a process on its machine has ended', { skip }, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const at = printed.toString();
    const { hasEnded } = openHolder();
    try {
      assert.equal(hasEnded(at), false);
      child.kill('SIGSTOP');
      assert.equal(hasEnded(at), false, 'a stopped process can continue');
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'close');
    assert.equal(hasEnded(at), true);
  });

  it('distinguishes another process with the same id', { skip }, () => {
    const holder = openHolder();
    const [boot, namespace, pid, began] = holder.process.split(' ');
    assert.equal(holder.hasEnded(holder.process), false);
    assert.equal(holder.hasEnded(`${boot} ${namespace} ${pid} ${Number(began) - 1}`), true);
  });

  it('assumes that processes on other machines and unknown processes still run', { skip }, () => {
    const holder = openHolder();
    const [boot, namespace, , began] = holder.process.split(' ');
    const gone = 2 ** 22 + 1;
    assert.equal(holder.hasEnded(`${boot} ${namespace} ${gone} ${began}`), true);
    for (const other of [
      '',
      'nonsense',
      `another-boot ${namespace} ${gone} ${began}`,
      `${boot} pid:[1] ${gone} ${began}`,
      `${boot} ${namespace} -1 ${began}`,
      `${boot} ${namespace} 0 ${began}`,
    ]) {
      assert.equal(holder.hasEnded(other), false, other);
    }
  });
});
