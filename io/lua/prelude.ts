import { charactersPerStep, valuesPerStep } from './work.ts';

/**
 * Lua code that runs before each script of a ResourceInterpreterCustomization. Its arguments are Karmada's library
 * `kube` and a function that counts steps. It removes functions that Karmada does not offer to scripts either, and
 * functions whose result changes between runs. Calls that may run for long within a single step of the Lua machine
 * count as many steps as they may take at worst, because the limit for a script is a number of steps.
 */
export const prelude: string = `
local kube, charge, chargePlaces = ...
local error, ipairs, pairs, select, tostring, type = error, ipairs, pairs, select, tostring, type
local next, unpack, setmetatable = next, unpack, setmetatable
local insert, rep, gsub, sub, len = table.insert, string.rep, string.gsub, string.sub, string.len
local log, ceil, min, max = math.log, math.ceil, math.min, math.max

local function refuse(library, prefix, names)
  for _, name in ipairs(names) do
    library[name] = function()
      error("function " .. prefix .. name .. " is not supported in an interpreter script", 2)
    end
  end
end

refuse(_G, "", {
  "collectgarbage", "dofile", "gcinfo", "getfenv", "getmetatable", "load", "loadfile",
  "loadstring", "module", "newproxy", "rawequal", "rawget", "rawset", "setfenv", "setmetatable",
})
refuse(string, "string.", { "dump", "gfind" })
refuse(table, "table.", { "foreach", "foreachi", "getn" })
refuse(math, "math.", { "random", "randomseed" })
coroutine = nil

function print() end

function require(name)
  if name == "kube" then return kube end
  error("module " .. tostring(name) .. " not found", 2)
end

local function lengthOf(value)
  return type(value) == "string" and len(value) or 0
end

-- The length of the longest text that fits into the memory of a script.
local longest = 2 ^ 26

local function chargeText(length)
  charge(min(length, longest) / ${charactersPerStep})
end

function string.rep(text, count)
  if text == "" then return "" end
  if type(count) == "number" then chargeText(lengthOf(text) * count) end
  return rep(text, count)
end

function _G.unpack(list, from, to)
  local first, last = from or 1, to or type(list) == "table" and #list or 0
  if type(first) == "number" and type(last) == "number" then
    charge(min(max(last - first + 1, 0), 8000) / ${valuesPerStep})
  end
  return unpack(list, from, to)
end

-- The last key that next returned for each table. A call that continues there skips each empty slot of the table only
-- once in all; any other call may skip all of them.
local lastKeys = setmetatable({}, { __mode = "k" })

function _G.next(list, key)
  if type(list) == "table" and (key == nil or lastKeys[list] ~= key) then chargePlaces(list) end
  local found, value = next(list, key)
  if found ~= nil then lastKeys[list] = found end
  return found, value
end

function _G.pairs(list)
  pairs(list)
  return _G.next, list, nil
end

function table.insert(list, ...)
  local position = ...
  if select("#", ...) > 1 and type(position) == "number" and position < 1 then
    error("bad argument #2 to 'insert' (position out of bounds)", 2)
  end
  if select("#", ...) > 1 and type(list) == "table" then charge(#list) end
  return insert(list, ...)
end

-- The steps that each function takes for each item of a list, or for each comparison of sort.
local costs = { concat = 40, maxn = 1, remove = 1, sort = 4 }
for _, name in ipairs({ "concat", "maxn", "remove", "sort" }) do
  local plain = table[name]
  table[name] = function(list, ...)
    local size = type(list) == "table" and #list or 0
    local rounds = name == "sort" and ceil(size * log(size + 2)) or size
    charge(costs[name] * rounds)
    if name == "concat" or name == "sort" then
      local all, most = lengthOf((...)) * size, 0
      for index = 1, size do
        local length = lengthOf(list[index])
        all, most = all + length, max(most, length)
      end
      chargeText(name == "concat" and all or most * rounds)
    end
    return plain(list, ...)
  end
end

-- Counts the attempts to match a pattern, each of which may look at the whole pattern. At worst, the matcher
-- tries every length for each quantifier, at every start in the text.
local function count(name, text, pattern, plain)
  if type(text) ~= "string" or type(pattern) ~= "string" then return end
  local bare = gsub(gsub(pattern, "%%%W", "x"), "%b[]", "x")
  local _, loops = gsub(bare, "[*+-]", "")
  local _, pairs = gsub(bare, "%%[bf]", "")
  local _, choices = gsub(bare, "%?", "")
  local starts = sub(pattern, 1, 1) == "^" and name ~= "gmatch" and 0 or 1
  local attempts = (len(text) + 1) ^ (loops + pairs + starts) * 2 ^ choices
  if name == "find" and plain then attempts = len(text) + 1 end
  local steps = attempts * (len(pattern) + 1) / 16
  if steps > 2e7 then error("pattern " .. pattern .. " is too costly for a text of this length", 3) end
  charge(steps)
end

-- A replacement can be inserted between all characters. Functions that return one count as steps themselves.
local function chargeReplacement(text, replacement, times)
  local most = lengthOf(replacement)
  if type(replacement) == "table" then
    for _, value in pairs(replacement) do most = max(most, lengthOf(value)) end
  end
  local places = lengthOf(text) + 1
  chargeText(most * (type(times) == "number" and min(max(times, 0), places) or places))
end

for _, name in ipairs({ "find", "gmatch", "gsub", "match" }) do
  local plain = string[name]
  string[name] = function(text, pattern, ...)
    count(name, text, pattern, (select(2, ...)))
    if name == "gsub" then chargeReplacement(text, ...) end
    return plain(text, pattern, ...)
  end
end
`;
