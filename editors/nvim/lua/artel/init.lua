-- What users and other plugins call. Everything here may be called at any time.
local compat = require('artel.compat')
local config = require('artel.config')
local ghost = require('artel.ghost')
local keys = require('artel.keys')
local log = require('artel.log')
local server = require('artel.server')
local api = vim.api

local M = {}

local interface -- own.lua or builtin.lua

local function choose_interface()
  local wish = config.get().interface
  if wish == 'builtin' and not compat.has_builtin then
    log.notify("setting interface: this Neovim has no inline completion of its own; 'own' is used")
  end
  if wish ~= 'own' and compat.has_builtin then
    return require('artel.builtin'), 'builtin'
  end
  return require('artel.own'), 'own'
end

local function use_interface()
  local chosen
  chosen, M.interface_name = choose_interface()
  if interface and interface ~= chosen then
    interface.clear()
  end
  interface = chosen
  server.on_attach = chosen.attach
  server.on_gone = chosen.gone
  local group = api.nvim_create_augroup('artel_interface', { clear = true })
  for events, run in pairs(chosen.events) do
    -- An event that this version does not have is left out.
    local known = vim.tbl_filter(function(event)
      return vim.fn.exists('##' .. event) == 1
    end, events)
    if #known > 0 then
      api.nvim_create_autocmd(known, {
        group = group,
        callback = function(event)
          run(event)
        end,
      })
    end
  end
end

--- Changes settings, as assigning to vim.g.artel does; those not named stay.
function M.setup(options)
  vim.g.artel = vim.tbl_deep_extend('force', vim.g.artel or {}, options or {})
  if interface then
    M.restart()
  end
end

function M.start()
  ghost.define_highlight()
  keys.define_plugs(M.run)
  use_interface()
  local group = api.nvim_create_augroup('artel', { clear = true })
  local function on(events, callback)
    api.nvim_create_autocmd(events, { group = group, callback = callback })
  end
  on({ 'BufReadPost', 'BufNewFile', 'BufFilePost', 'BufWritePost', 'FileType' }, function(event)
    -- The file type, which comes after the text, and other plugins' settings are to be known first.
    vim.schedule(function()
      if api.nvim_buf_is_loaded(event.buf) then
        server.attach(event.buf)
      end
    end)
  end)
  on({ 'BufFilePre' }, function(event)
    server.detach(event.buf) -- while the buffer still has the name that the server knows
  end)
  on({ 'BufUnload' }, function(event)
    server.forget(event.buf)
  end)
  on({ 'ColorScheme' }, ghost.define_highlight)
  on({ 'VimLeavePre' }, function()
    server.leaving = true
  end)
  api.nvim_create_user_command('Artel', function(command)
    M.command(command.fargs)
  end, {
    nargs = '*',
    desc = 'artel: status, enable, disable, toggle, restart, log',
    complete = function(lead, line)
      local names = line:match('^%s*Artel%s+%S+%s') and { 'buffer' } or M.commands
      return vim.tbl_filter(function(name)
        return vim.startswith(name, lead)
      end, names)
    end,
  })
  if vim.v.vim_did_enter == 1 then
    server.attach_all()
  end
end

--- Does one of: accept, accept_word, accept_line, dismiss, next, previous, ask. False when nothing
--- is shown that it could be done with: then a mapping may do something else.
function M.run(action)
  return interface.run(action) == true
end

for _, action in ipairs(keys.actions) do
  M[action] = function()
    return M.run(action)
  end
end

--- Whether a suggestion is shown.
function M.visible()
  return interface.visible()
end

function M.enable()
  server.enabled = true
  server.attach_all()
end

--- No suggestions any more, and no server running.
function M.disable()
  interface.clear()
  server.stop()
  server.enabled = false
end

function M.restart()
  interface.clear()
  server.stop()
  server.enabled = true
  use_interface()
  server.attach_all()
end

local function set_buffer(on)
  vim.b.artel_enabled = on
  server.attach(api.nvim_get_current_buf())
end

--- What :Artel status prints.
function M.status()
  local bufnr = api.nvim_get_current_buf()
  local lines = server.status(bufnr)
  lines[#lines + 1] = 'suggestions are drawn by '
    .. (M.interface_name == 'builtin' and "Neovim's inline completion" or 'the plugin')
  local client = server.client(bufnr)
  if client then
    lines[#lines + 1] = 'positions are counted in ' .. (client.offset_encoding or 'utf-16')
  end
  return lines
end

-- What servers wrote to standard error, which Neovim keeps in its own log.
local function stderr_lines()
  local path = require('vim.lsp.log').get_filename()
  local out = {}
  local cmd = server.command()
  if vim.fn.filereadable(path) == 0 or not cmd then
    return out
  end
  for _, line in ipairs(vim.fn.readfile(path, '', -2000)) do
    if line:find(cmd[1], 1, true) and line:find('stderr', 1, true) then
      out[#out + 1] = line
    end
  end
  return out
end

local function complain(message)
  api.nvim_echo({ { 'artel: ' .. message, 'ErrorMsg' } }, true, {})
end

-- What is written for the type or function under the cursor: `kind`, or one that is picked.
local function generate(kind)
  local bufnr, win = api.nvim_get_current_buf(), api.nvim_get_current_win()
  local client = server.client(bufnr)
  if not client then
    complain('no server runs for this buffer; :Artel status says why')
    return
  end
  local here = vim.lsp.util.make_position_params(win, client.offset_encoding)
  local function ask(wanted, on_answer)
    local argument = { uri = here.textDocument.uri, position = here.position, kind = wanted }
    compat.request(client, 'workspace/executeCommand', { command = 'artel.generate', arguments = { argument } }, function(err, answer)
      if err then
        complain(err.message)
      elseif on_answer then
        on_answer(answer)
      end
    end)
  end
  if kind then
    ask(kind)
    return
  end
  ask(nil, function(offers)
    local open = vim.tbl_filter(function(o)
      return o.says == ''
    end, offers)
    if #open == 0 then
      complain('there is nothing to write at this place')
      return
    end
    local shown = {
      prompt = 'Generate',
      format_item = function(o)
        return o.title
      end,
    }
    vim.ui.select(open, shown, function(o)
      if o then
        ask(o.kind)
      end
    end)
  end)
end

local function show_why()
  local client = server.client(api.nvim_get_current_buf())
  if not client then
    complain('no server runs for this buffer; :Artel status says why')
    return
  end
  local asked = { command = 'artel.why', arguments = { { uri = vim.uri_from_bufnr(0) } } }
  compat.request(client, 'workspace/executeCommand', asked, function(err, answer)
    if err then
      complain(err.message)
      return
    end
    local lines = vim.split(answer, '\n', { trimempty = true })
    vim.lsp.util.open_floating_preview(lines, 'text', { focus_id = 'artel.why', border = 'rounded', max_width = 100 })
  end)
end

local function show_log()
  local lines = vim.list_extend({ 'artel: what happened since Neovim started', '' }, log.lines())
  local errors = stderr_lines()
  vim.list_extend(lines, { '', 'artel: what the server wrote to standard error', '' })
  vim.list_extend(lines, errors)
  vim.cmd('botright new')
  vim.bo.buftype = 'nofile'
  vim.bo.bufhidden = 'wipe'
  vim.bo.swapfile = false
  api.nvim_buf_set_lines(0, 0, -1, false, lines)
  vim.bo.modifiable = false
  vim.cmd('normal! G')
end

M.commands = { 'status', 'generate', 'why', 'enable', 'disable', 'toggle', 'restart', 'log' }

function M.command(args)
  local what, where = args[1] or 'status', args[2]
  if what == 'generate' and #args <= 2 then
    generate(where)
  elseif where ~= nil and where ~= 'buffer' or #args > 2 then
    complain('after the command comes nothing, or buffer')
  elseif what == 'status' then
    for _, line in ipairs(M.status()) do
      print(line)
    end
  elseif what == 'why' then
    show_why()
  elseif what == 'log' then
    show_log()
  elseif what == 'restart' then
    M.restart()
  elseif what == 'enable' or what == 'disable' or what == 'toggle' then
    if where then
      local off = vim.b.artel_enabled == false or vim.b.artel_enabled == 0
      set_buffer(what == 'enable' or what == 'toggle' and off)
    elseif what == 'enable' or what == 'toggle' and not server.enabled then
      M.enable()
    else
      M.disable()
    end
  else
    complain(('no command %s (there are: %s)'):format(what, table.concat(M.commands, ', ')))
  end
end

return M
