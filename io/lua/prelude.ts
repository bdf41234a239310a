/**
 * Lua code that runs before each script of a ResourceInterpreterCustomization, with Karmada's library `kube`
 * as its argument. It removes functions that Karmada does not offer to scripts either, and functions whose
 * result changes between runs. It also rejects calls that could run for long within a single step of the
 * Lua machine, because the limit for a script is a number of steps.
 */
export const prelude = `
local kube = ...
local error, ipairs, select, tostring, type = error, ipairs, select, tostring, type
local insert, rep, gsub, sub, len = table.insert, string.rep, string.gsub, string.sub, string.len

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
  return insert(list, ...)
end

-- Rejects a pattern if the number of attempts to match it could be too large. At worst, the matcher tries
-- every length for each quantifier, at every start in the text.
local function check(text, pattern)
  if type(text) ~= "string" or type(pattern) ~= "string" then return end
  local bare = gsub(gsub(pattern, "%%%W", "x"), "%b[]", "x")
  local _, loops = gsub(bare, "[*+-]", "")
  local _, pairs = gsub(bare, "%%[bf]", "")
  local _, choices = gsub(bare, "%?", "")
  local starts = sub(pattern, 1, 1) == "^" and 0 or 1
  if (len(text) + 1) ^ (loops + pairs + starts) * 2 ^ choices > 1e9 then
    error("pattern " .. pattern .. " is too costly for a text of this length", 3)
  end
end

for _, name in ipairs({ "find", "gmatch", "gsub", "match" }) do
  local plain = string[name]
  string[name] = function(text, pattern, ...)
    check(text, pattern)
    return plain(text, pattern, ...)
  end
end
`;
