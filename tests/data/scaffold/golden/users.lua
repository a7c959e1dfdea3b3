-- From users.json. Parse and serialise with parse_users and serialize_users.
local M = {}

---@class JsonNull
M.null = setmetatable({}, { __tostring = function() return "null" end })

---A number that Lua would respell, kept as it is spelled.
---@class ExactNumber
---@field text string
local Exact = {}
Exact.__index = Exact
Exact.__tostring = function(self) return self.text end

-- Marks arrays, as an empty table does not say which it is.
local Array = {}

---@param items any[]
function M.array(items)
  return setmetatable(items, Array)
end

local function exact_number(text)
  local value = math.tointeger(text:find("^%-?%d+$") and tonumber(text) or nil)
  if value and tostring(value) == text then
    return value
  end
  local float = tonumber(text)
  if string.format("%.14g", float) == text and not value then
    return float
  end
  return setmetatable({ text = text }, Exact)
end

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function read_json(text)
  local at = 1
  local function misread(what)
    error(string.format("not JSON at byte %d: expected %s", at, what), 0)
  end
  local function skip()
    at = text:find("[^ \t\r\n]", at) or #text + 1
  end
  local function read_string()
    local parts = {}
    at = at + 1
    while true do
      local stop = text:find('["\\]', at) or misread("the end of the string")
      parts[#parts + 1] = text:sub(at, stop - 1)
      if text:sub(stop, stop) == '"' then
        at = stop + 1
        return table.concat(parts)
      end
      local c = text:sub(stop + 1, stop + 1)
      at = stop + 2
      if c == "u" then
        local code = tonumber(text:match("^%x%x%x%x", at) or misread("four hex digits"), 16)
        at = at + 4
        local low = text:match("^\\u([dD][c-fC-F]%x%x)", at)
        if code >= 0xD800 and code < 0xDC00 and low then
          code = 0x10000 + ((code - 0xD800) << 10) + (tonumber(low, 16) - 0xDC00)
          at = at + 6
        end
        parts[#parts + 1] = utf8.char((code >= 0xD800 and code < 0xE000) and 0xFFFD or code)
      else
        parts[#parts + 1] = escapes[c] or c
      end
    end
  end
  local read
  local function read_members(close, each)
    at = at + 1
    skip()
    while text:sub(at, at) ~= close do
      each()
      skip()
      local c = text:sub(at, at)
      if c == "," then
        at = at + 1
        skip()
      elseif c ~= close then
        misread("a comma or " .. close)
      end
    end
    at = at + 1
  end
  function read()
    skip()
    local c = text:sub(at, at)
    if c == "{" then
      local out = {}
      read_members("}", function()
        if text:sub(at, at) ~= '"' then
          misread("a key")
        end
        local key = read_string()
        skip()
        if text:sub(at, at) ~= ":" then
          misread("a colon")
        end
        at = at + 1
        out[key] = read()
      end)
      return out
    elseif c == "[" then
      local out = {}
      read_members("]", function() out[#out + 1] = read() end)
      return M.array(out)
    elseif c == '"' then
      return read_string()
    end
    local number = text:match("^%-?%d+%.?%d*[eE]?[+-]?%d*", at)
    if number then
      at = at + #number
      return exact_number(number)
    end
    local word = text:match("^%a+", at)
    at = at + #(word or "")
    if word == "true" then return true end
    if word == "false" then return false end
    if word == "null" then return M.null end
    return misread("a value")
  end
  local out = read()
  skip()
  if at <= #text then
    misread("the end of the text")
  end
  return out
end

local function write_string(s)
  return '"' .. s:gsub('[%c"\\]', function(c)
    return string.format("\\u%04x", c:byte())
  end) .. '"'
end

local function write_json(value)
  local mark = getmetatable(value)
  if type(value) == "string" then
    return write_string(value)
  elseif type(value) ~= "table" or value == M.null or mark == Exact then
    return math.type(value) == "float" and string.format("%.14g", value) or tostring(value)
  end
  local parts = {}
  if mark == Array then
    for i, item in ipairs(value) do
      parts[i] = write_json(item)
    end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, item in pairs(value) do
    parts[#parts + 1] = write_string(key) .. ":" .. write_json(item)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- Checks: functions of a value and its path, by kind and by the name of a type.
local is, types = {}, {}

local function misfit(path, expected, value)
  error(string.format("%s: expected %s, got %s", path, expected, value == M.null and "null" or type(value)), 0)
end

local function of_kind(name, test)
  return function(value, path)
    if not test(value) then
      misfit(path, name, value)
    end
  end
end

local function is_exact(v) return getmetatable(v) == Exact end
local function is_array(v) return type(v) == "table" and getmetatable(v) == Array end
local function is_object(v) return type(v) == "table" and getmetatable(v) == nil end

function is.anything() end
is.boolean = of_kind("boolean", function(v) return type(v) == "boolean" end)
is.string = of_kind("string", function(v) return type(v) == "string" end)
is.integer = of_kind("integer", function(v) return math.type(v) == "integer" or is_exact(v) end)
is.number = of_kind("number", function(v) return type(v) == "number" or is_exact(v) end)
is.object = of_kind("object", is_object)
is.array = of_kind("array", is_array)

function is.named(name)
  return function(value, path) types[name](value, path) end
end

function is.null_or(check)
  return function(value, path)
    if value ~= M.null then
      check(value, path)
    end
  end
end

function is.list(check)
  return function(value, path)
    is.array(value, path)
    for i, item in ipairs(value) do
      check(item, path .. "[" .. i - 1 .. "]")
    end
  end
end

function is.tuple(...)
  local checks = { ... }
  return function(value, path)
    is.array(value, path)
    for i, check in ipairs(checks) do
      check(value[i], path .. "[" .. i - 1 .. "]")
    end
  end
end

function is.map(check)
  return function(value, path)
    is.object(value, path)
    for key, item in pairs(value) do
      check(item, path .. "." .. key)
    end
  end
end

-- fields: a list of key, optional, check.
function is.record(fields)
  return function(value, path)
    is.object(value, path)
    for _, f in ipairs(fields) do
      if value[f[1]] ~= nil then
        f[3](value[f[1]], path .. "." .. f[1])
      elseif not f[2] then
        error(path .. ": the key " .. f[1] .. " is missing", 0)
      end
    end
  end
end

function is.any_of(expected, ...)
  local checks = { ... }
  return function(value, path)
    for _, check in ipairs(checks) do
      if pcall(check, value, path) then
        return
      end
    end
    misfit(path, expected, value)
  end
end

-- arms: checks by tag; a tag that was not in the sample passes.
function is.tagged(key, arms)
  return function(value, path)
    is.object(value, path)
    is.string(value[key], path .. "." .. key)
    local check = arms[value[key]]
    if check then
      check(value, path)
    end
  end
end

---@class UserPage
---@field ["data"] (User)[] # 
---@field ["next_cursor"] string|JsonNull|nil # e.g. abc
---@field ["total"] integer # e.g. 4
types["UserPage"] = is.record({
  { "data", false, is.list(is.named("User")) },
  { "next_cursor", true, is.null_or(is.string) },
  { "total", false, is.integer },
})

---@class User
---@field ["id"] integer # e.g. 1
---@field ["name"] string # e.g. Ada
---@field ["email"] string # email; e.g. ada@example.com
---@field ["role"] string # 
---@field ["created_at"] string # date-time; e.g. 2024-03-02T08:30:00Z
---@field ["day"] string # date; e.g. 2024-03-02
---@field ["uuid"] string # uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
---@field ["balance"] string # decimal; e.g. 12.50
---@field ["active"] boolean # 
---@field ["address"] Address # 
---@field ["tags"] (string)[] # 
types["User"] = is.record({
  { "id", false, is.integer },
  { "name", false, is.string },
  { "email", false, is.string },
  { "role", false, is.string },
  { "created_at", false, is.string },
  { "day", false, is.string },
  { "uuid", false, is.string },
  { "balance", false, is.string },
  { "active", false, is.boolean },
  { "address", false, is.named("Address") },
  { "tags", false, is.list(is.string) },
})

---@class Address
---@field ["street"] string # e.g. 1 Main
---@field ["city"] string # e.g. Oslo
---@field ["zip"] string # e.g. 0150
types["Address"] = is.record({
  { "street", false, is.string },
  { "city", false, is.string },
  { "zip", false, is.string },
})

---Reads and checks; raises an error that names the place.
---@param text string
---@return UserPage
function M.parse_users(text)
  local value = read_json(text)
  local check = is.named("UserPage")
  check(value, "$")
  return value
end

---@return string
function M.serialize_users(value)
  return write_json(value)
end

return M
