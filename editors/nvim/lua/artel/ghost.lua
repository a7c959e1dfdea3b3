-- Draws a suggestion into the buffer as virtual text.
--
-- Neovim 0.10 has inline virtual text, which moves the rest of the line to the right. Older ones
-- can only lay text over the line. There the rest of the line is drawn again behind the
-- suggestion, in its own colours, so that the screen shows what accepting would give, and nothing
-- becomes unreadable. Where that does not fit into the window the suggestion is drawn below the
-- line instead.
local compat = require('artel.compat')
local text = require('artel.text')
local api = vim.api

local M = {}

M.namespace = api.nvim_create_namespace('artel')
local GROUP = 'ArtelSuggestion'
local REST_MAX = 400 -- bytes of the rest of a line that are looked at, for speed

function M.define_highlight()
  vim.cmd('highlight default link ArtelSuggestion Comment')
  vim.cmd('highlight default link ArtelHint NonText')
end

-- `s` without tabs, as it looks when it starts at display column `at`.
local function expand(s, at)
  local out, width = {}, at
  for i, part in ipairs(vim.split(s, '\t', { plain = true })) do
    if i > 1 then
      local stop = vim.bo.tabstop - width % vim.bo.tabstop
      out[#out + 1] = (' '):rep(stop)
      width = width + stop
    end
    out[#out + 1] = part
    width = width + vim.fn.strdisplaywidth(part, width)
  end
  return table.concat(out), width
end

-- The text of `line` in bytes [from, to) as virtual text chunks in its own colours.
local function coloured(line, row, from, to, at)
  local chunks, byte = {}, from
  for _, c in ipairs(text.chars(line:sub(from + 1, to))) do
    local group = vim.fn.synIDattr(vim.fn.synID(row + 1, byte + 1, 1), 'name')
    group = group ~= '' and group or 'Normal'
    local shown
    shown, at = expand(c, at)
    local last = chunks[#chunks]
    if last and last[2] == group then
      last[1] = last[1] .. shown
    else
      chunks[#chunks + 1] = { shown, group }
    end
    byte = byte + #c
  end
  return chunks, at
end

local function window_width()
  local info = vim.fn.getwininfo(api.nvim_get_current_win())[1]
  return info.width - (info.textoff or 0)
end

-- Extmarks (column, options) for the first line of the suggestion, and chunks that found no place
-- there and go below.
local function first_line(line, row, col, ghost, covered)
  local pieces = text.pieces(ghost, covered)
  local rest_from = col + #covered
  if rest_from == #line and (covered == '' or not pieces) then
    -- At the end of the line nothing is in the way; what is replaced is drawn over.
    local at = vim.fn.strdisplaywidth(line:sub(1, col))
    local shown, after = expand(ghost, at)
    local hidden = vim.fn.strdisplaywidth(covered, at) - (after - at)
    local chunks = { { shown, GROUP }, hidden > 0 and { (' '):rep(hidden), 'Normal' } or nil }
    if compat.has_inline_text and covered == '' then
      return { { col, chunks, 'inline' } }
    end
    local width = window_width()
    if covered == '' and vim.wo.wrap and at % width + (after - at) > width then
      -- Text laid over a line is cut at the window's edge: what is cut goes below.
      local fit, used, below = {}, at % width, {}
      for _, c in ipairs(text.chars(shown)) do
        used = used + vim.fn.strdisplaywidth(c)
        table.insert(used > width and below or fit, c)
      end
      return { { col, { { table.concat(fit), GROUP } }, 'overlay' } },
        { { table.concat(below), GROUP } }
    end
    return { { col, chunks, 'overlay' } }
  end
  if compat.has_inline_text and pieces then
    local marks, byte = {}, col
    local at = vim.fn.strdisplaywidth(line:sub(1, col))
    local behind = text.chars(covered)
    for i, piece in ipairs(pieces) do
      if piece ~= '' then
        local shown
        shown, at = expand(piece, at)
        marks[#marks + 1] = { byte, { { shown, GROUP } }, 'inline' }
      end
      byte = byte + #(behind[i] or '')
    end
    return marks
  end
  -- Over the line: the suggestion, what it keeps of the line, and the rest of the line.
  local at = vim.fn.strdisplaywidth(line:sub(1, col))
  local chunks, end_at, byte = {}, at, col
  if #line - col > REST_MAX then
    return {}, { { (' '):rep(at) .. expand(ghost, at), GROUP } }
  end
  local behind = text.chars(covered)
  for i, piece in ipairs(pieces or { ghost }) do
    local shown
    shown, end_at = expand(piece, end_at)
    if shown ~= '' then
      chunks[#chunks + 1] = { shown, GROUP }
    end
    if pieces and behind[i] then
      local kept
      kept, end_at = coloured(line, row, byte, byte + #behind[i], end_at)
      vim.list_extend(chunks, kept)
      byte = byte + #behind[i]
    end
  end
  local rest
  rest, end_at = coloured(line, row, rest_from, #line, end_at)
  vim.list_extend(chunks, rest)
  local old_end = vim.fn.strdisplaywidth(line)
  if end_at < old_end then
    chunks[#chunks + 1] = { (' '):rep(old_end - end_at), 'Normal' }
  end
  if end_at > window_width() then
    return {}, { { (' '):rep(at) .. expand(ghost, at), GROUP } }
  end
  return { { col, chunks, 'overlay' } }
end

--- Shows `ghost` at the cursor of the current window, (`row`, `col`) of `bufnr`, with `hint` behind
--- it if not nil. Replaces what was shown.
function M.draw(bufnr, row, col, view, hint)
  local line = api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  local lines = text.lines(view.ghost)
  local marks, overflow = first_line(line, row, col, lines[1], view.covered)
  local below = {}
  if overflow then
    below[1] = overflow
  end
  for i = 2, #lines do
    below[#below + 1] = { { (expand(lines[i], 0)), GROUP } }
  end
  if hint then
    local where = below[#below] or marks[#marks] and marks[#marks][2]
    if where then
      where[#where + 1] = { ' ' .. hint, 'ArtelHint' }
    end
  end
  M.clear(bufnr)
  if #marks == 0 then
    marks[1] = { col, nil, nil }
  end
  for i, mark in ipairs(marks) do
    api.nvim_buf_set_extmark(bufnr, M.namespace, row, mark[1], {
      virt_text = mark[2],
      virt_text_pos = mark[3],
      virt_lines = i == 1 and #below > 0 and below or nil,
      hl_mode = 'combine',
    })
  end
end

function M.clear(bufnr)
  if api.nvim_buf_is_valid(bufnr) then
    api.nvim_buf_clear_namespace(bufnr, M.namespace, 0, -1)
  end
end

return M
