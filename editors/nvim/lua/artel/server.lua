-- The server program: where it is, one running process for each project, and which buffers it sees.
local compat = require('artel.compat')
local config = require('artel.config')
local log = require('artel.log')
local uv = vim.loop

local M = {}

local clients = {} -- root ('' for files outside any project) -> { id, cmd, ready }
local attached = {} -- bufnr -> { root, filetype, name, open }
local failed = {} -- root -> why there is no server; cleared by restart and enable
local said = {} -- sentences that the user was told once

M.enabled = true
M.on_attach = function(_) end -- (bufnr); may come again for one that is attached
M.on_gone = function(_) end -- (bufnr)

local function told(root)
  return root ~= '' and root or 'files outside any project'
end

local function tell_once(message)
  if not said[message] then
    said[message] = true
    log.notify(message)
  else
    log.add('again', message)
  end
end

local function is_program(path)
  return vim.fn.executable(path) == 1
end

--- The command line that starts the server, or nil and why there is none. From the setting, else
--- from $PATH, else from the repository that this plugin lies in.
function M.command()
  local cmd = config.get().cmd
  if type(cmd) == 'string' then
    cmd = { vim.fn.expand(cmd), 'lsp' }
  end
  if cmd then
    if not is_program(cmd[1]) then
      return nil, ("cannot run '%s' (setting cmd)"):format(cmd[1])
    end
    return cmd
  end
  local found = vim.fn.exepath('artel')
  if found == '' then
    local here = uv.fs_realpath(debug.getinfo(1, 'S').source:sub(2)) or ''
    local top = here:gsub('/editors/nvim/lua/artel/server%.lua$', '')
    local built = top .. '/build/release/lsp/artel'
    found = is_program(built) and built or ''
  end
  if found == '' then
    return nil, 'the program artel is not in $PATH; :checkhealth artel helps'
  end
  return { found, 'lsp' }
end

--- The folder with .git that `path` is in, or ''.
function M.root_of(path)
  local dir = vim.fn.fnamemodify(path, ':p:h')
  while true do
    if uv.fs_stat(dir .. '/.git') then
      return dir
    end
    local up = vim.fn.fnamemodify(dir, ':h')
    if up == dir then
      return ''
    end
    dir = up
  end
end

--- Why `bufnr` gets no suggestions, or nil when it does.
function M.why_not(bufnr)
  local settings = config.get()
  if not M.enabled then
    return 'artel is disabled (:Artel enable)'
  end
  if not vim.api.nvim_buf_is_loaded(bufnr) then
    return 'the buffer is not loaded'
  end
  if vim.b[bufnr].artel_enabled == false or vim.b[bufnr].artel_enabled == 0 then
    return 'b:artel_enabled is false'
  end
  if vim.bo[bufnr].buftype ~= '' then
    return 'this is not a file'
  end
  local name = vim.api.nvim_buf_get_name(bufnr)
  if name == '' then
    return 'the buffer has no file name yet'
  end
  if name:match('^%a[%w+.-]+://') then
    return 'this is not a local file'
  end
  local filetype = vim.bo[bufnr].filetype
  if vim.tbl_contains(settings.exclude_filetypes, filetype) then
    return ("file type '%s' is in exclude_filetypes"):format(filetype)
  end
  local bytes = vim.api.nvim_buf_get_offset(bufnr, vim.api.nvim_buf_line_count(bufnr))
  if bytes > settings.max_bytes then
    return ('the file has %d bytes, more than max_bytes (%d)'):format(bytes, settings.max_bytes)
  end
  return nil
end

local function exited(root, id, code, signal)
  local record = clients[root]
  if not record or record.id ~= id then
    return -- stopped by us, or replaced meanwhile
  end
  clients[root] = nil
  local how = signal ~= 0 and ('signal ' .. signal) or ('exit code ' .. code)
  log.add('server', ('%s ended with %s'):format(record.cmd[1], how))
  for bufnr, a in pairs(attached) do
    if a.root == root then
      attached[bufnr] = nil
      compat.lost(bufnr)
      M.on_gone(bufnr)
    end
  end
  if M.leaving then
    return
  end
  failed[root] = 'the server stopped (' .. how .. ')'
  -- After Neovim's own message about it, so that this one, which says what to do, stays.
  vim.schedule(function()
    log.notify(failed[root] .. '. :Artel restart starts it again')
  end)
end

local function open(bufnr, id)
  compat.attach(bufnr, id)
  attached[bufnr].open = true
  M.on_attach(bufnr)
end

local function ready(root, id)
  local record = clients[root]
  if not record or record.id ~= id then
    return
  end
  record.ready = true
  for bufnr, a in pairs(attached) do
    if a.root == root and vim.api.nvim_buf_is_loaded(bufnr) then
      open(bufnr, id)
    end
  end
end

--- The code actions "Explain this", "Show in Python": asks for the text and shows it beside the cursor.
local function explain(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local asked = vim.deepcopy(command.arguments)
  asked[1].show = false
  compat.request(client, 'workspace/executeCommand', { command = command.command, arguments = asked }, function(err, answer)
    if err or not answer then
      log.notify(err and err.message or 'there is no explanation')
      return
    end
    vim.lsp.util.open_floating_preview(
      vim.split(answer.value, '\n', { trimempty = true }),
      'markdown',
      { focus_id = 'artel.explain', border = 'rounded', max_width = 80 }
    )
  end)
end

local function start(root)
  local cmd, why = M.command()
  if not cmd then
    failed[root] = why
    tell_once(why)
    return nil
  end
  local settings = config.get()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  if not capabilities.textDocument.inlineCompletion then
    capabilities.textDocument.inlineCompletion = { dynamicRegistration = false }
  end
  local server = next(settings.server) and settings.server or vim.empty_dict()
  local id
  local ok, result = pcall(compat.start, {
    name = 'artel',
    cmd = cmd,
    root_dir = root ~= '' and root or nil,
    capabilities = capabilities,
    init_options = server,
    settings = { artel = server },
    get_language_id = function(_, filetype)
      return filetype
    end,
    commands = { ['artel.explain'] = explain },
    handlers = {
      ['window/logMessage'] = function(_, params)
        log.add('server', params and params.message or '')
      end,
    },
    on_init = function(client)
      -- Inline suggestions are this plugin's business; the same text in the completion menus of
      -- other plugins would be there twice.
      client.server_capabilities.completionProvider = nil
      if client.resolved_capabilities then
        client.resolved_capabilities.completion = false
      end
      log.add('server', ('%s runs for %s'):format(cmd[1], told(root)))
      -- Neovim's versions differ in what becomes of a buffer attached before this point, and it is
      -- only after this callback that the client counts as running.
      vim.schedule(function()
        ready(root, client.id)
      end)
    end,
    on_exit = function(code, signal)
      vim.schedule(function()
        exited(root, id, code, signal)
      end)
    end,
  })
  id = ok and result or nil
  if not id then
    failed[root] = ("'%s' could not be started"):format(cmd[1])
    log.add('server', tostring(result))
    tell_once(failed[root] .. '; :checkhealth artel helps')
    return nil
  end
  clients[root] = { id = id, cmd = cmd }
  return clients[root]
end

--- Shows `bufnr` to its project's server, started if need be. Says whether the server sees it.
function M.attach(bufnr)
  if M.why_not(bufnr) then
    M.detach(bufnr)
    return false
  end
  local root = M.root_of(vim.api.nvim_buf_get_name(bufnr))
  local filetype = vim.bo[bufnr].filetype
  local a = attached[bufnr]
  if a then
    if a.root == root and a.filetype == filetype and a.name == vim.api.nvim_buf_get_name(bufnr) then
      return true
    end
    M.detach(bufnr) -- opened again below, with the new language or name
  end
  if failed[root] then
    return false
  end
  local record = clients[root] or start(root)
  if not record then
    return false
  end
  attached[bufnr] = { root = root, filetype = filetype, name = vim.api.nvim_buf_get_name(bufnr) }
  if record.ready then
    open(bufnr, record.id)
  end
  return true
end

function M.detach(bufnr)
  local a = attached[bufnr]
  if not a then
    return
  end
  attached[bufnr] = nil
  local record = clients[a.root]
  local client = record and vim.lsp.get_client_by_id(record.id)
  if client and vim.api.nvim_buf_is_loaded(bufnr) then
    compat.detach(bufnr, record.id)
  end
  M.on_gone(bufnr)
end

--- Forgets a buffer that Neovim has let go of.
function M.forget(bufnr)
  attached[bufnr] = nil
end

--- The client that `bufnr` is open in, or nil.
function M.client(bufnr)
  local a = attached[bufnr]
  local record = a and clients[a.root]
  local client = record and vim.lsp.get_client_by_id(record.id)
  if client and a.open and not compat.is_stopped(client) then
    return client
  end
  return nil
end

function M.attach_all()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      M.attach(bufnr)
    end
  end
end

--- Ends all servers.
function M.stop()
  for bufnr in pairs(attached) do
    M.detach(bufnr)
  end
  local old = clients
  clients, failed, said = {}, {}, {}
  for _, record in pairs(old) do
    local client = vim.lsp.get_client_by_id(record.id)
    if client then
      compat.stop(client)
    end
  end
end

--- What there is to say about it, a line each.
function M.status(bufnr)
  local out = {}
  if not M.enabled then
    return { 'artel is disabled (:Artel enable)' }
  end
  for root, record in pairs(clients) do
    local client = vim.lsp.get_client_by_id(record.id)
    out[#out + 1] = ('%s %s %s'):format(
      table.concat(record.cmd, ' '),
      client and 'runs for' or 'is starting for',
      told(root)
    )
  end
  for root, why in pairs(failed) do
    out[#out + 1] = ('no server for %s: %s'):format(told(root), why)
  end
  if #out == 0 then
    out[1] = 'no server runs: no file was opened that needs one'
  end
  table.sort(out)
  local why = M.why_not(bufnr)
  if not why and not M.client(bufnr) then
    why = 'its server does not run'
  end
  out[#out + 1] = why and 'this buffer gets no suggestions: ' .. why
    or 'this buffer gets suggestions'
  return out
end

return M
