import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startLua } from '#io/lua/engine.ts';
import type { HostFunction } from '#model/script.ts';

const engine = await startLua(
  fileURLToPath(import.meta.resolve('wasmoon-lua5.1/dist/liblua5.1.wasm')),
);

const library: Readonly<Record<string, HostFunction>> = {
  twice: (value) => ({ type: 'returned', value: [value, value] }),
  fail: () => ({ type: 'failed', message: 'no such thing' }),
};

/** Returns the results of a script's function `Main`, or its failure. */
function run(source: string, ...values: readonly unknown[]): unknown {
  const call = { name: 'script', source, entry: 'Main', values, results: 1 };
  const result = engine.call(call, library);
  return result.type === 'returned' ? result.values[0] : `failed: ${result.message}`;
}

/** Returns the value of an expression. */
function value(expression: string, ...values: readonly unknown[]): unknown {
  return run(`function Main(a, b) return ${expression} end`, ...values);
}

describe('values of Lua scripts', () => {
  const same = [
    1,
    -0.5,
    2 ** 53,
    'ä\u0000ü',
    true,
    [1, [2], 'x'],
    { a: { b: [1, 2] }, 'c.d': 'e' },
    'x'.repeat(3_000_000),
  ];
  for (const given of same) {
    it(`are passed in and returned unchanged: ${JSON.stringify(given).slice(0, 40)}`, () => {
      assert.deepEqual(value('a', given), given);
    });
  }

  it('are nil when they are null', () => {
    assert.equal(value('a == nil and b.x == nil', null, { x: null }), true);
    assert.equal(value('nil'), undefined);
  });

  it('are lists when the table is empty', () =>
    assert.deepEqual(value('{ x = a }', {}), { x: [] }));

  it('can be nested deeply', () => {
    const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`);
    assert.deepEqual(value('a', deep), deep);
  });

  const refused = [
    ['print', /cannot encode function/],
    ['0/0', /cannot encode number/],
    ['{ 1, x = 2 }', /mixed keys/],
    ['{ [2] = 1 }', /with gaps/],
    ['{ [true] = 1 }', /such keys/],
    ['(function() local t = {} t.t = t return t end)()', /one table at two places/],
  ] as const;
  for (const [expression, message] of refused) {
    it(`are rejected: ${expression}`, () => assert.match(String(value(expression)), message));
  }
});

describe('Lua 5.1', () => {
  it('has one kind of number', () => assert.equal(value('10 / 2 .. ""'), '5'));
  it('has the libraries for tables, strings and mathematics', () => {
    assert.equal(value('table.concat({ 1, 2 }, ",")'), '1,2');
    assert.equal(value('("8Gi"):match("^(%d+)%a*$")'), '8');
    assert.equal(value('math.max(unpack({ 1, 3, 2 }))'), 3);
  });
});

describe('the library of Lua scripts', () => {
  const main = (body: string) => `local kube = require("kube") function Main() ${body} end`;
  it('provides functions', () => assert.deepEqual(run(main('return kube.twice("x")')), ['x', 'x']));
  it('reports a failure', () =>
    assert.equal(run(main('return kube.fail()')), 'failed: no such thing'));
  it('reports a failure that a script can catch', () => {
    assert.equal(run(main('return (select(2, pcall(kube.fail)))')), 'no such thing');
  });
  it('rejects functions as arguments', () => {
    assert.equal(run(main('return kube.twice(print)')), 'failed: cannot encode function to JSON');
  });
});

describe('failures of Lua scripts', () => {
  const rows = [
    ['x = ', "failed: script:1: unexpected symbol near '<eof>'"],
    ['local x = nil + 1', 'failed: script:1: attempt to perform arithmetic on a nil value'],
    ['function Main()\n error("no") end', 'failed: script:2: no'],
    ['function Main() error({}) end', 'failed: script failed without a message'],
    ['Main = nil', 'failed: script defines no function Main'],
  ] as const;
  for (const [source, want] of rows) {
    it(`are reported for ${JSON.stringify(source)}`, () => assert.equal(run(source), want));
  }
  it('include syntax errors, which are found without a run', () => {
    assert.equal(engine.faultOf('script', 'error("no")'), undefined);
    assert.equal(engine.faultOf('script', 'x ='), "script:1: unexpected symbol near '<eof>'");
    assert.match(engine.faultOf('script', '\u001bLua') ?? '', /script/);
  });
});

describe('a Lua script', () => {
  const rows: readonly (readonly [source: string, want: RegExp])[] = [
    ['while true do end', /million steps/],
    ['function Main() while true do end end', /million steps/],
    ['function Main() while true do pcall(function() while true do end end) end end', /million/],
    ['function Main() local t = {} while true do t[#t + 1] = #t end end', /more than 64 MiB/],
    ['function Main() return #string.rep("x", 1e9) end', /more than 64 MiB/],
    ['function Main() local function f() return 1 + f() end return f() end', /overflow/],
    ['function Main() return #string.rep("", 1e9) end', /^0$/],
    ['function Main() table.insert({}, -1e9, 1) end', /position out of bounds/],
    ['function Main() return ("a"):rep(1e5):find(".-.-.-.-b") end', /too costly/],
    ['function Main() return string.gsub(("a"):rep(1e5), ".-b", "") end', /too costly/],
  ];
  for (const [source, want] of rows) {
    it(`cannot run too long: ${source.slice(0, 60)}`, () => {
      assert.match(String(run(source)), want);
    });
  }

  for (const name of ['os', 'io', 'debug', 'package', 'coroutine']) {
    it(`cannot use ${name}`, () => assert.equal(value(`tostring(${name})`), 'nil'));
  }
  for (const call of [
    'loadstring("x")',
    'setmetatable({}, {})',
    'math.random()',
    'require("io")',
  ]) {
    it(`cannot call ${call}`, () => {
      assert.match(String(value(call)), /not supported in an interpreter script|not found/);
    });
  }

  it('cannot leave values for the next script', () => {
    assert.equal(run('x = 1 string.len = nil function Main() return x end'), 1);
    assert.equal(value('tostring(x) .. string.len("ab")'), 'nil2');
  });

  it('cannot print to standard output', () => assert.equal(value('print("x")'), undefined));
});
