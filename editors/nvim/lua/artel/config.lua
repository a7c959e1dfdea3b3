-- The settings, from vim.g.artel. Every one has a default; a wrong one is told and not used.
local log = require('artel.log')

local M = {}

local KEYS = {
  accept = '<Tab>',
  accept_word = '<M-Right>',
  accept_line = '<M-Down>',
  dismiss = '<C-]>',
  next = '<M-]>',
  previous = '<M-[>',
  ask = '<M-\\>',
}

M.defaults = {
  cmd = nil, -- found by server.lua when not set
  interface = 'auto',
  auto = true,
  popup = false,
  max_bytes = 2 * 1024 * 1024,
  exclude_filetypes = { 'diff', 'gitcommit', 'gitrebase', 'help', 'hgcommit', 'log', 'man' },
  keys = KEYS,
  server = {},
}

local function is_strings(v)
  if type(v) ~= 'table' then
    return false
  end
  local n = 0
  for _, item in pairs(v) do
    n = n + 1
    if type(item) ~= 'string' then
      return false
    end
  end
  return n == #v
end

local function one_of(...)
  local allowed = { ... }
  return function(v)
    return vim.tbl_contains(allowed, v), "one of '" .. table.concat(allowed, "', '") .. "'"
  end
end

local function of_type(name)
  return function(v)
    return type(v) == name, 'a ' .. name
  end
end

local checks = {
  cmd = function(v)
    return type(v) == 'string' and v ~= '' or is_strings(v) and #v > 0,
      'a string or a list of strings'
  end,
  interface = one_of('auto', 'own', 'builtin'),
  auto = of_type('boolean'),
  popup = of_type('boolean'),
  max_bytes = function(v)
    return type(v) == 'number' and v >= 0, 'a number of bytes'
  end,
  exclude_filetypes = function(v)
    return is_strings(v), 'a list of strings'
  end,
  keys = of_type('table'),
  server = of_type('table'),
}

local function check_key(v)
  return v == false or type(v) == 'string' and v ~= '' or is_strings(v),
    'a key, a list of keys, or false'
end

local function names(t)
  local out = vim.tbl_keys(t)
  table.sort(out)
  return table.concat(out, ', ')
end

--- Returns the settings that `user` asks for, and one sentence for each thing wrong with it.
function M.resolve(user)
  local out = vim.deepcopy(M.defaults)
  local problems = {}
  local function wrong(name, expected, got)
    local shown = vim.inspect(got)
    problems[#problems + 1] = ('setting %s must be %s, not %s'):format(name, expected, shown)
  end
  if user == nil then
    return out, problems
  end
  if type(user) ~= 'table' then
    wrong('g:artel', 'a table', user)
    return out, problems
  end
  for name, value in pairs(user) do
    local check = checks[name]
    if not check then
      local unknown = 'unknown setting %s (there are: %s)'
      problems[#problems + 1] = unknown:format(tostring(name), names(checks))
    else
      local good, expected = check(value)
      if not good then
        wrong(name, expected, value)
      elseif name == 'keys' then
        for action, key in pairs(value) do
          local key_good, key_expected = check_key(key)
          if KEYS[action] == nil then
            problems[#problems + 1] = ('unknown setting keys.%s (there are: %s)'):format(
              tostring(action),
              names(KEYS)
            )
          elseif not key_good then
            wrong('keys.' .. action, key_expected, key)
          else
            out.keys[action] = key
          end
        end
      else
        out[name] = vim.deepcopy(value)
      end
    end
  end
  table.sort(problems)
  return out, problems
end

local raw, current
M.problems = {}

--- The settings in force. Reads vim.g.artel again, so that a change to it needs no restart of
--- Neovim; tells of each set of problems once.
function M.get()
  if current and vim.deep_equal(raw, vim.g.artel) then
    return current
  end
  raw = vim.g.artel
  current, M.problems = M.resolve(raw)
  if #M.problems > 0 then
    local n = #M.problems - 1
    local more = n > 0 and (' (and %d more: :checkhealth artel)'):format(n) or ''
    for _, problem in ipairs(M.problems) do
      log.add('setting', problem)
    end
    log.notify(M.problems[1] .. more)
  end
  return current
end

return M
