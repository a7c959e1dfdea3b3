-- What differs between the versions of Neovim, 0.7 to 0.12.
local M = {}

local methods = vim.fn.has('nvim-0.11') == 1 -- client:request() instead of client.request()

M.has_inline_text = vim.fn.has('nvim-0.10') == 1
M.has_builtin = vim.lsp.inline_completion ~= nil

local function call(client, name, ...)
  if methods then
    return client[name](client, ...)
  end
  return client[name](...)
end

function M.request(client, method, params, handler, bufnr)
  return call(client, 'request', method, params, handler, bufnr)
end

function M.cancel(client, id)
  return call(client, 'cancel_request', id)
end

function M.stop(client, force)
  return call(client, 'stop', force)
end

function M.is_stopped(client)
  return call(client, 'is_stopped')
end

-- Neovim stops listening to a buffer at the first change after its last client is gone, but does
-- not note that it did (0.7 to 0.12): a client that comes later is told of the text once and never
-- of changes. What it notes is reachable only as an upvalue. A version where it is not found there
-- is left as it is.
local function upvalue(fn, name)
  for i = 1, 60 do
    local n, value = debug.getupvalue(fn, i)
    if not n then
      return nil
    elseif n == name then
      return value
    end
  end
end

local old = vim.fn.has('nvim-0.8') == 0
local deaf = {} -- bufnr -> true: changed while it had no client

local function has_clients(bufnr)
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  return #get({ bufnr = bufnr }) > 0
end

--- To be called when a buffer has lost our client.
function M.lost(bufnr)
  if old or not vim.api.nvim_buf_is_loaded(bufnr) then
    return
  end
  vim.api.nvim_buf_attach(bufnr, false, {
    on_lines = function()
      deaf[bufnr] = not has_clients(bufnr) or nil
      return true
    end,
  })
end

function M.attach(bufnr, id)
  if deaf[bufnr] and not has_clients(bufnr) then
    local buf_attach = upvalue(vim.lsp.buf_attach_client, 'buf_attach')
    local attached = buf_attach and upvalue(buf_attach, 'attached_buffers')
    if type(attached) == 'table' then
      attached[bufnr] = nil
    end
  end
  deaf[bufnr] = nil
  vim.lsp.buf_attach_client(bufnr, id)
  if old then
    local clients = upvalue(vim.lsp.buf_attach_client, 'all_buffer_active_clients')
    if type(clients) == 'table' and type(clients[bufnr]) == 'table' then
      clients[bufnr][0] = true -- an entry of no client keeps 0.7 listening
    end
  end
end

--- Lets go of a buffer, without the message that 0.7 has for it.
function M.detach(bufnr, id)
  local notify = vim.notify
  if old then
    vim.notify = function() end
  end
  pcall(vim.lsp.buf_detach_client, bufnr, id)
  vim.notify = notify
  M.lost(bufnr)
end

--- Starts a client that no buffer is attached to. Returns its id, or nil.
function M.start(config)
  if methods then
    return vim.lsp.start(config, {
      attach = false,
      reuse_client = function()
        return false
      end,
    })
  end
  return vim.lsp.start_client(config)
end

M.health = {}
do
  local h = vim.health
  if not h then
    local ok, old = pcall(require, 'health')
    h = ok and old or {}
  end
  for _, name in ipairs({ 'start', 'ok', 'info', 'warn', 'error' }) do
    M.health[name] = h[name] or h['report_' .. name]
  end
end

return M
