-- :checkhealth artel
local compat = require('artel.compat')
local config = require('artel.config')
local server = require('artel.server')

local M = {}

local function program()
  local h = compat.health
  local cmd, why = server.command()
  if not cmd then
    h.error(why, {
      'Build it: ./try in the repository of artel.',
      "Or name it: vim.g.artel = { cmd = '/path/to/artel' }",
    })
    return
  end
  h.ok('program: ' .. table.concat(cmd, ' '))
  local said = vim.fn.system({ cmd[1], '--version' })
  if vim.v.shell_error == 0 then
    h.ok('version: ' .. vim.trim(said))
  else
    h.warn(('%s --version ended with code %d'):format(cmd[1], vim.v.shell_error))
  end
end

local function settings()
  local h = compat.health
  config.get()
  if #config.problems == 0 then
    h.ok('settings: all understood')
  end
  for _, problem in ipairs(config.problems) do
    h.error(problem)
  end
end

local function keys()
  local h = compat.health
  for action, key in pairs(config.get().keys) do
    for _, lhs in ipairs(type(key) == 'table' and key or key and { key } or {}) do
      local m = vim.fn.maparg(lhs, 'i', false, true)
      local ours = type(m.desc) == 'string' and m.desc:sub(1, 6) == 'artel:'
      if not vim.tbl_isempty(m) and not ours then
        local what = 'key %s (%s) is mapped to something else too; '
          .. (action == 'ask' and 'it does not ask' or 'artel has it while a suggestion is shown')
        h.info(what:format(lhs, action))
      end
    end
  end
end

function M.check()
  local h = compat.health
  h.start('artel')
  local version = vim.version()
  h.ok(('Neovim %d.%d.%d'):format(version.major, version.minor, version.patch))
  program()
  settings()
  keys()
  for _, line in ipairs(require('artel').status()) do
    h.info(line)
  end
end

return M
