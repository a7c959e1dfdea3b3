local Cache = {}
Cache.__index = Cache

function Cache.new(limit, ...)
  local self = setmetatable({}, Cache)
  self.limit, self.items = limit or 10, {...}
  return self
end

function Cache:put(key, value)
  if #self.items >= self.limit then
    table.remove(self.items, 1)
  end
  self.items[#self.items + 1] = { key = key, [1] = value }
end

function Cache:find(pattern)
  for i, item in ipairs(self.items) do
    local ok = item.key:match("^" .. pattern .. "%d+$")
    if ok ~= nil and not item.hidden then
      return item[1], i
    end
  end
  return nil
end

local c <const> = Cache.new(3)
c:put("a" .. 1, 2 ^ 10 // 3)
local name = c.limit > 2 and "large" or "small"
repeat
  local v = select("#", table.unpack(c.items))
until v > 0
goto done
print [[never]]
::done::
print(name, c:find "a", ("x"):rep(3))
