-- Puts a suggestion, or a part of it, into the buffer.
local suggestion = require('artel.suggestion')
local text = require('artel.text')
local api = vim.api

local M = {}

local parts = {
  accept = function(ghost)
    return ghost
  end,
  accept_word = text.first_word,
  accept_line = text.first_line,
}

local waiting -- what M._apply does next

--- Accepts `s` in the current window as `action` says, as an undo step of its own. `done(rest)` is
--- called with what remains of it. False when nothing of `s` fits the text any more.
--- CTRL-G u is the documented way to begin a new undo step while inserting; as it is a key, the
--- edit itself goes between two of them as a key too, before anything else that was typed
--- meanwhile.
function M.accept(s, action, done)
  local row, col, line = M.cursor()
  if not suggestion.view(s, row, line, col) then
    return false
  end
  waiting = function()
    row, col, line = M.cursor()
    local view = suggestion.view(s, row, line, col)
    if not view then
      return
    end
    local part = parts[action](view.ghost)
    local edit = suggestion.edit(s, view, line, col, part)
    api.nvim_buf_set_text(0, row, edit.from, row, edit.to, edit.lines)
    api.nvim_win_set_cursor(0, { edit.row + 1, edit.col })
    done(edit.rest)
  end
  local keys = '<C-g>u<Cmd>lua require("artel.accept")._apply()<CR><C-g>u'
  api.nvim_feedkeys(api.nvim_replace_termcodes(keys, true, false, true), 'ni', false)
  return true
end

function M._apply()
  local run = waiting
  waiting = nil
  if run then
    run()
  end
end

--- The cursor of the current window: row and byte column, both from 0, and its line.
function M.cursor()
  local pos = api.nvim_win_get_cursor(0)
  return pos[1] - 1, pos[2], api.nvim_get_current_line()
end

return M
