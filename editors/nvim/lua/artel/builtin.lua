-- The interface that Neovim 0.12 brings, vim.lsp.inline_completion: it asks and it draws. Added to
-- it are the keys, accepting a word or a line, and an edit that fits the text as it is when the
-- key is pressed: characters typed since the answer came are neither doubled nor lost.
local accept = require('artel.accept')
local compat = require('artel.compat')
local keys = require('artel.keys')
local log = require('artel.log')
local server = require('artel.server')
local suggestion = require('artel.suggestion')
local api = vim.api

local M = {}

local METHOD = 'textDocument/inlineCompletion'
local asked = {} -- request id -> { bufnr, row, col, line }
local answered = {} -- bufnr -> the same, of the last request that was answered
local alternatives -- the same, of where alternatives were asked for
local step -- how far to go through them when they come

function M.visible()
  if api.nvim_get_mode().mode:sub(1, 1) ~= 'i' or vim.fn.reg_executing() ~= '' then
    return false
  end
  local namespace = api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  return namespace ~= nil and #api.nvim_buf_get_extmarks(0, namespace, 0, -1, { limit = 1 }) > 0
end

-- Neovim draws and erases on the same events, so the keys follow it a moment later.
local function sync()
  local bufnr = api.nvim_get_current_buf()
  if server.client(bufnr) and M.visible() then
    keys.install(bufnr, M.run)
  else
    keys.remove()
  end
end

function M.refresh_later()
  vim.schedule(sync)
end

local function select_by(count)
  vim.lsp.inline_completion.select({ count = count })
end

local function on_request(event)
  local request = event.data and event.data.request
  if not request or request.method ~= METHOD then
    return
  end
  local id = event.data.client_id .. ':' .. event.data.request_id
  if request.type == 'pending' then
    local row, col, line = accept.cursor()
    asked[id] = { bufnr = api.nvim_get_current_buf(), row = row, col = col, line = line }
  else
    if request.type == 'complete' and asked[id] then
      answered[asked[id].bufnr] = asked[id]
      local by = step
      step = nil
      if by then
        vim.schedule(function()
          select_by(by)
        end)
      end
    end
    asked[id] = nil
  end
  M.refresh_later()
end

local function from_item(item, bufnr)
  if type(item.insert_text) ~= 'string' then
    return nil
  end
  local at = answered[bufnr]
  if not at then
    return nil
  end
  local from, to = at.col, at.col
  if item.range then
    local row, start_col, end_row, end_col = item.range:to_extmark()
    if row ~= at.row or end_row ~= row then
      return nil
    end
    from, to = start_col, end_col
  end
  local s = suggestion.new(item.insert_text, at.line, at.row, at.col, from, to)
  if s then
    s.command = item.command
  end
  return s
end

local function accept_as(action)
  local bufnr = api.nvim_get_current_buf()
  return vim.lsp.inline_completion.get({
    bufnr = bufnr,
    on_accept = function(item)
      local s = from_item(item, bufnr)
      local ok = s and accept.accept(s, action, function(rest)
        local client = vim.lsp.get_client_by_id(item.client_id)
        if not rest and s.command and client then
          client:exec_cmd(s.command, { bufnr = bufnr })
        end
        M.refresh_later()
      end)
      if not ok then
        log.add('accept', 'the suggestion no longer fits the text')
        M.refresh_later()
      end
      return nil -- the edit is ours
    end,
  })
end

-- Neovim has no public way to ask for several suggestions, as 3.18's triggerKind Invoked does.
local function ask()
  local ok, capability = pcall(require, 'vim.lsp._capability')
  local completor = ok and capability.all and capability.all.inline_completion
  local active = completor and completor.active and completor.active[api.nvim_get_current_buf()]
  if not active or not pcall(active.request, active, 1) then
    log.notify("this Neovim cannot ask for alternatives; g:artel.interface = 'own' can")
  end
  return true
end

function M.run(action)
  if action == 'ask' then
    return server.client(api.nvim_get_current_buf()) ~= nil and ask()
  end
  if not M.visible() then
    return false
  end
  if action == 'next' or action == 'previous' then
    local by = action == 'next' and 1 or -1
    local row, col, line = accept.cursor()
    local here = { bufnr = api.nvim_get_current_buf(), row = row, col = col, line = line }
    if vim.deep_equal(alternatives, here) then
      select_by(by)
    else
      alternatives, step = here, by
      ask()
    end
    return true
  elseif action == 'dismiss' then
    vim.lsp.inline_completion.get({
      on_accept = function()
        M.refresh_later()
        return nil
      end,
    })
    return true
  end
  return accept_as(action)
end

function M.attach(bufnr)
  keys.install_ask(bufnr, M.run)
  vim.lsp.inline_completion.enable(true, { bufnr = bufnr })
end

function M.gone(bufnr)
  keys.remove_ask(bufnr)
  answered[bufnr] = nil
  if api.nvim_buf_is_valid(bufnr) then
    pcall(vim.lsp.inline_completion.enable, false, { bufnr = bufnr })
  end
  keys.remove()
end

function M.clear()
  keys.remove()
end

M.events = {
  [{ 'TextChangedI', 'CursorMovedI', 'TextChangedP' }] = M.refresh_later,
  [{ 'InsertEnter', 'InsertLeave', 'BufLeave' }] = M.refresh_later,
  [{ 'LspRequest' }] = on_request,
}

return M
