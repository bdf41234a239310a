import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startLua } from '#io/lua/engine.ts';
import { expression, expressionFault } from '#model/expression.ts';

const engine = await startLua(
  fileURLToPath(import.meta.resolve('wasmoon-lua5.1/dist/liblua5.1.wasm')),
);
const library = { f: () => ({ type: 'returned', value: true }) as const };

/** Returns the failure of a script, and the processor time that it took, in milliseconds. */
function run(body: string): { readonly message: string; readonly ms: number } {
  const source = `local kube = require("kube") function Main() ${setup} while true do ${body} end end`;
  const call = { name: 'script', source, entry: 'Main', values: [], results: 1 };
  const before = process.cpuUsage();
  const result = engine.call(call, library);
  const { user, system } = process.cpuUsage(before);
  const message = result.type === 'failed' ? result.message : 'no failure';
  return { message, ms: (user + system) / 1000 };
}

/** Lists and texts of any size. `u`, `b` and `c` keep results, so that calls need no memory for them. */
const setup = [
  'local t, y, h, z = {}, {}, {}, {}',
  'for i = 1, 1e5 do t[i] = 1e5 - i end',
  'for i = 1, 7000 do y[i] = i end',
  'local s, l = ("a"):rep(3000), ("a"):rep(1e6)',
  'for i = 1, 3 do h[i] = l end',
  'for i = 1, 2e5 do z[i] = 1 end for i = 1, 2e5 do z[i] = nil end',
  'local b, c, u = l .. "b", l .. "c", l:upper()',
  'local p, n = (" "):rep(1e6) .. "1", ("1"):rep(300)',
].join(' ');

/** Twice the promised second, because the machine may be busy. */
const limitMs = 2000;

/** Instructions and calls that take long, by the part of Lua. */
const worst: Readonly<Record<'patterns' | 'lists' | 'texts', readonly string[]>> = {
  patterns: [
    's:find(".-b")',
    'pcall(s.find, s, "[%w_]-b")',
    'pcall(s.match, s, "a*b")',
    's:sub(1, 150):find(".-.-b")',
    's:sub(1, 30):find("a?a?a?a?a?a?a?a?a?a?a?a?b")',
    's:find("[" .. ("c"):rep(20) .. "]-b")',
    'for _ in s:gmatch(".-b") do end',
    's:gsub("a-b", "")',
    's:find(s .. "b", 1, true)',
    's:gsub("a", s)',
    's:gsub("a", {a = s})',
    '("aaaa"):gsub("a", function() return l end)',
  ],
  lists: [
    'table.insert(t, 1, 1)',
    'table.remove(t, 1)',
    'table.sort(t)',
    'table.sort(h)',
    'table.concat(t)',
    'table.concat(h)',
    'local x = #t',
    'unpack(y)',
    'local x = {unpack(y)}',
    '(function(...) local a = {...} end)(unpack(y))',
    'select(5, unpack(y))',
    'next(z)',
    'for a in pairs(z) do end',
    'local x = {a = 1, b = 2}',
    'local x = function() return s end',
    'kube.f(y)',
  ],
  texts: [
    'local x = l .. "b"',
    'local x = b < c or b < c or b < c',
    'local x = n < n or n < n or n < n',
    'local x = p + 1',
    'local x = -p',
    'for i = p, 2 do end',
    'tonumber(p)',
    'l:upper()',
    'l:reverse()',
    'l:sub(1, -2)',
    'l:len()',
    'l:rep(3)',
    '("a"):rep(1e6)',
    'pcall(string.rep, "a", 1e9)',
    '("%q"):format(l)',
    'l:byte(1, 7000)',
    'local x = #l',
    'local x = 1.5 .. ""',
    'tostring(1.5)',
    'pcall(error, l)',
    'kube.f(l)',
  ],
};

/** Returns the maximum time of a script, in milliseconds. It is longer on a busy machine, where an empty loop takes longer too. */
function mostMs(): number {
  return Math.max(limitMs, 4 * run('local i = 1').ms);
}

function expectBounded(bodies: readonly string[]): void {
  for (const body of bodies) {
    const { message, ms } = run(body);
    assert.match(message, /more than (?:20 million steps|64 MiB)/, body);
    assert.ok(ms < limitMs || ms < mostMs(), `${body}: ${ms} ms`);
  }
}

describe('the steps of a Lua script', () => {
  it('K21: S12: end it within a second, whatever it does with patterns', () => {
    expectBounded(worst.patterns);
  });
  it('K21: end it within a second, whatever it does with lists', () => {
    expectBounded(worst.lists);
  });
  it('K21: end it within a second, whatever it does with long texts', () => {
    expectBounded(worst.texts);
  });

  it('K21: are enough for ordinary work with long texts', () => {
    const work =
      'local x = "" for i = 1, 2000 do x = x .. "line " .. i end if #x > 0 then error("done") end';
    assert.match(run(work).message, /done$/);
  });
});

describe('the worst expressions', () => {
  const texts = [
    '^(?:(a+)+b)$',
    '^(?:((((a*)*)*)*)*b)$',
    `^(?:${'a?'.repeat(490)})$`,
    '^(?:(a|a|a|a)*b)$',
    '^(?:((a{1,30}){1,30})b)$',
    '^(?:[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*b)$',
    `^(?:${'(?:a*'.repeat(150)}${')*'.repeat(150)}b)$`,
  ];
  for (const text of texts) {
    it(`K21: match the longest name within a second, or are refused: ${text.slice(0, 32)}`, () => {
      const before = process.cpuUsage();
      // Names of objects and field managers have at most 253 characters.
      if (expressionFault(text) === undefined) expression(text)('a'.repeat(253));
      const { user, system } = process.cpuUsage(before);
      assert.ok((user + system) / 1000 < limitMs, `${(user + system) / 1000} ms`);
    });
  }
});
