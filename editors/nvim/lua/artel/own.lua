-- The plugin's own interface: asks the server while the user types and shows the answer as ghost
-- text.
--
-- Nothing here waits. Each change of the text or of the cursor cancels the question before it and
-- asks anew; an answer is shown only if text and cursor are still those it was asked for. While
-- the user types what is shown, nothing is asked: the ghost text is trimmed at once.
local accept = require('artel.accept')
local compat = require('artel.compat')
local config = require('artel.config')
local ghost = require('artel.ghost')
local keys = require('artel.keys')
local log = require('artel.log')
local server = require('artel.server')
local suggestion = require('artel.suggestion')
local text = require('artel.text')
local api = vim.api

local M = {}

local INVOKED, AUTOMATIC = 1, 2
local LONG_LINE = 10000 -- bytes; a line longer than this was not written by a person
local QUIET_ERRORS = { [-32800] = true, [-32801] = true, [-32802] = true } -- cancelled or outdated

local state = {
  bufnr = nil, -- where something is shown
  items = {}, -- suggestions, all made for the same place
  index = 1,
  complete = false, -- all alternatives were asked for
  view = nil, -- what is drawn
  pending = nil, -- { id, client, serial }
  serial = 0,
  asked = nil, -- text and cursor of the last question, or of what the user dismissed
}

local function place()
  local row, col, line = accept.cursor()
  return {
    bufnr = api.nvim_get_current_buf(),
    tick = api.nvim_buf_get_changedtick(0),
    row = row,
    col = col,
    line = line,
  }
end

local function same_place(a, b)
  return a ~= nil and a.bufnr == b.bufnr and a.tick == b.tick and a.row == b.row and a.col == b.col
end

local function may_show()
  return api.nvim_get_mode().mode:sub(1, 1) == 'i'
    and vim.fn.reg_recording() == ''
    and vim.fn.reg_executing() == ''
    and vim.bo.modifiable
    and not vim.bo.readonly
    and not vim.o.paste
    and (config.get().popup or vim.fn.pumvisible() == 0)
end

local function cancel()
  local p = state.pending
  state.pending = nil
  if p and not compat.is_stopped(p.client) then
    pcall(compat.cancel, p.client, p.id)
  end
end

local function hide()
  if state.bufnr then
    ghost.clear(state.bufnr)
    keys.remove()
  end
  state.bufnr = nil
  state.view = nil
  state.items = {}
  state.index = 1
  state.complete = false
end

--- Forgets what is shown and what was asked.
function M.clear()
  cancel()
  hide()
  state.asked = nil
end

local function show(here, view)
  local old = state.view
  if
    old
    and old.row == here.row
    and old.col == here.col
    and old.ghost == view.ghost
    and old.index == state.index
  then
    return
  end
  local n = #state.items
  local hint = n > 1 and ('(%d/%d)'):format(state.index, n) or nil
  ghost.draw(here.bufnr, here.row, here.col, view, hint)
  state.bufnr = here.bufnr
  view.row, view.col, view.index = here.row, here.col, state.index
  state.view = view
  keys.install(here.bufnr, M.run)
end

-- Shows what the present suggestion means at the cursor now. False when it means nothing there.
local function follow(here)
  local s = state.items[state.index]
  if not s or state.bufnr ~= here.bufnr then
    return false
  end
  local view = suggestion.view(s, here.row, here.line, here.col)
  if not view then
    local on_next = suggestion.next_line(s, here.row)
    view = on_next and suggestion.view(on_next, here.row, here.line, here.col)
    if not view then
      return false
    end
    state.items, state.index = { on_next }, 1
  end
  show(here, view)
  return true
end

local function receive(asked, kind, serial, err, result, encoding)
  if not state.pending or state.pending.serial ~= serial then
    return -- cancelled, or another question was asked since
  end
  state.pending = nil
  if err then
    if not QUIET_ERRORS[err.code] then
      log.add('error', err.message or vim.inspect(err))
    end
    return
  end
  if type(result) ~= 'table' or not may_show() then
    return
  end
  local here = place()
  if not same_place(asked, here) then
    return
  end
  local shown = state.view and state.view.ghost
  local items, index = {}, nil
  for _, item in ipairs(result.items or result) do
    local s = suggestion.from_item(item, here.line, here.row, here.col, encoding)
    local view = s and suggestion.view(s, here.row, here.line, here.col)
    if view then
      items[#items + 1] = s
      if not index and view.ghost ~= shown then
        index = #items
      end
    end
  end
  if #items == 0 then
    return
  end
  state.items = items
  state.index = index or 1
  state.complete = kind == INVOKED
  state.bufnr = here.bufnr
  state.view = nil
  follow(here)
end

local function ask(here, kind)
  cancel()
  local client = server.client(here.bufnr)
  if not client then
    return
  end
  state.asked = here
  if #here.line > LONG_LINE then
    return
  end
  state.serial = state.serial + 1
  local serial = state.serial
  local encoding = client.offset_encoding or 'utf-16'
  local ok, sent, id = pcall(compat.request, client, 'textDocument/inlineCompletion', {
    textDocument = { uri = vim.uri_from_bufnr(here.bufnr) },
    position = { line = here.row, character = text.to_units(here.line, here.col, encoding) },
    context = { triggerKind = kind },
  }, function(err, result)
    receive(here, kind, serial, err, result, encoding)
  end, here.bufnr)
  if ok and sent and id then
    state.pending = { id = id, client = client, serial = serial }
  end
end

--- Called on every change of text or cursor.
function M.refresh()
  if not may_show() then
    M.clear()
    return
  end
  local here = place()
  if follow(here) then
    -- A question that was open when the user typed along is of no use any more.
    if state.pending and not same_place(state.asked, here) then
      cancel()
    end
    return
  end
  hide()
  if not config.get().auto then
    cancel()
    return
  end
  if not same_place(state.asked, here) then
    ask(here, AUTOMATIC)
  end
end

local function accept_as(action)
  local s = state.items[state.index]
  if not s or not state.view or state.bufnr ~= api.nvim_get_current_buf() then
    return false
  end
  local bufnr = state.bufnr
  local client = server.client(bufnr)
  return accept.accept(s, action, function(rest)
    cancel()
    if rest then
      state.items, state.index, state.complete = { rest }, 1, false
      M.refresh()
      return
    end
    hide()
    if s.command and client then
      pcall(compat.request, client, 'workspace/executeCommand', {
        command = s.command.command,
        arguments = s.command.arguments,
      }, function() end, bufnr)
    end
  end)
end

local function step(by)
  if not state.view then
    return false
  end
  local here = place()
  if not state.complete then
    ask(here, INVOKED)
    return true
  end
  local n = #state.items
  for i = 1, n - 1 do
    local index = (state.index + by * i - 1) % n + 1
    local view = suggestion.view(state.items[index], here.row, here.line, here.col)
    if view then
      state.index = index
      show(here, view)
      break
    end
  end
  return true
end

--- Does what `action` names. False when there was nothing to do it with.
function M.run(action)
  if action == 'ask' then
    if not may_show() or not server.client(api.nvim_get_current_buf()) then
      return false
    end
    ask(place(), INVOKED)
    return true
  elseif action == 'next' then
    return step(1)
  elseif action == 'previous' then
    return step(-1)
  elseif action == 'dismiss' then
    if not state.view then
      return false
    end
    cancel()
    hide()
    state.asked = place()
    return true
  end
  return accept_as(action)
end

function M.visible()
  return state.view ~= nil
end

function M.attach(bufnr)
  keys.install_ask(bufnr, M.run)
  M.refresh_later()
end

function M.gone(bufnr)
  keys.remove_ask(bufnr)
  if state.bufnr == bufnr then
    hide()
  end
  if state.asked and state.asked.bufnr == bufnr then
    state.pending, state.asked = nil, nil
  end
end

-- Events that come before the mode or the popup menu have changed.
function M.refresh_later()
  vim.schedule(M.refresh)
end

M.events = {
  [{ 'TextChangedI', 'CursorMovedI' }] = M.refresh,
  [{ 'TextChangedP', 'InsertEnter', 'InsertChange', 'CompleteDone' }] = M.refresh_later,
  [{ 'InsertLeave', 'BufLeave', 'WinLeave' }] = M.clear,
}

return M
