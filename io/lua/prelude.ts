/**
 * Lua code that runs before each script of a ResourceInterpreterCustomization. Its arguments are Karmada's library
 * `kube` and a function that counts steps. It removes functions that Karmada does not offer to scripts either, and
 * functions whose result changes between runs. Calls that may run for long within a single step of the Lua machine
 * count as many steps as they may take at worst, because the limit for a script is a number of steps.
 */
export const prelude = `
local kube, charge = ...
local error, ipairs, select, tostring, type = error, ipairs, select, tostring, type
local insert, rep, gsub, sub, len = table.insert, string.rep, string.gsub, string.sub, string.len
local log, ceil = math.log, math.ceil

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

function string.rep(text, count)
  if text == "" then return "" end
  return rep(text, count)
end

function table.insert(list, ...)
  local position = ...
  if select("#", ...) > 1 and type(position) == "number" and position < 1 then
    error("bad argument #2 to 'insert' (position out of bounds)", 2)
  end
  if select("#", ...) > 1 and type(list) == "table" then charge(#list) end
  return insert(list, ...)
end

-- These look at each item of a list: concat makes it a text, and sort compares it with many others.
local costs = { concat = 40, maxn = 1, remove = 1, sort = 4 }
for _, name in ipairs({ "concat", "maxn", "remove", "sort" }) do
  local plain = table[name]
  table[name] = function(list, ...)
    local size = type(list) == "table" and #list or 0
    charge(costs[name] * (name == "sort" and ceil(size * log(size + 2)) or size))
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

for _, name in ipairs({ "find", "gmatch", "gsub", "match" }) do
  local plain = string[name]
  string[name] = function(text, pattern, ...)
    count(name, text, pattern, (select(2, ...)))
    return plain(text, pattern, ...)
  end
end
`;
