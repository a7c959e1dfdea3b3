-- A suggestion, anchored to the line that it was made for. What is still to be typed is computed
-- from the line as it is now, never from a record of keys: so it does not matter how the text got
-- there (typing, a bracket closed automatically, backspace), nor in which order events arrive.
--
--   head | typed so far | covered | tail        the line now; the cursor is before `covered`
--   head | text                   | tail        the line after accepting
local text = require('artel.text')

local M = {}

local function blank(s)
  return s:match('^[ \t]*$') ~= nil
end

--- From an InlineCompletionItem. `line`, `row` (from 0) and `col` (bytes, from 0) are those of the
--- cursor when it was asked for. nil when the item is not one that can be shown here.
function M.from_item(item, line, row, col, encoding)
  if type(item) ~= 'table' or type(item.insertText) ~= 'string' then
    return nil
  end
  local from, to = col, col
  if type(item.range) == 'table' then
    local a, b = item.range.start, item.range['end']
    if a.line ~= row or b.line ~= row then
      return nil
    end
    from = text.to_byte(line, a.character, encoding)
    to = text.to_byte(line, b.character, encoding)
  end
  return M.new(item.insertText, line, row, col, from, to, item)
end

--- `from` <= `col` <= `to`, bytes.
function M.new(insert, line, row, col, from, to, item)
  if from > col or to < col or insert == '' then
    return nil
  end
  return {
    row = row,
    head = line:sub(1, from),
    tail = line:sub(to + 1),
    text = (insert:gsub('\r\n', '\n')),
    covered = line:sub(col + 1, to),
    origin = col,
    filter = item and type(item.filterText) == 'string' and item.filterText or nil,
    command = item and type(item.command) == 'table' and item.command or nil,
  }
end

--- What `s` means at the cursor (`row`, `col`) in `line`: nil when nothing is left of it or when
--- something else was typed, otherwise
---   ghost    text still to come, from the cursor on
---   covered  text behind the cursor that accepting replaces
---   lead     what the suggestion has where the line has its bytes [from, col)
function M.view(s, row, line, col)
  local from, to = #s.head, #line - #s.tail
  if row ~= s.row or col < s.origin or to < col then
    return nil
  end
  if not text.starts_with(line, s.head) or not text.ends_with(line, s.tail) then
    return nil
  end
  local typed = line:sub(from + 1, col)
  local covered = line:sub(col + 1, to)
  local ghost
  if text.starts_with(s.text, typed) then
    ghost = s.text:sub(#typed + 1)
  elseif blank(typed) then
    -- The suggestion indents this line in another way than the line is indented now.
    ghost = s.text:gsub('^[ \t]+', '')
  else
    return nil
  end
  if s.filter and not text.starts_with(s.filter, typed) then
    return nil
  end
  if covered ~= s.covered and not (text.only_closers(covered) and text.pieces(ghost, covered)) then
    return nil
  end
  if ghost == '' or ghost == covered then
    return nil
  end
  return {
    ghost = ghost,
    covered = covered,
    lead = s.text:sub(1, #s.text - #ghost),
    from = from,
  }
end

--- The user broke the line where the suggestion does too: the suggestion for the new line, or nil.
function M.next_line(s, row)
  local rest = s.text:match('^[^\n]*\n(.+)$')
  if row ~= s.row + 1 or not rest or s.tail ~= '' or s.covered ~= '' then
    return nil
  end
  return {
    row = row,
    head = '',
    tail = '',
    text = rest,
    covered = '',
    origin = 0,
    command = s.command,
  }
end

--- The edit that takes the first bytes of the ghost, `part`: replace bytes [from, to) of the line
--- by `insert`; then `rest` is the suggestion that remains (nil: nothing). Accepting all replaces
--- everything that is covered; a part leaves what a later part will need.
function M.edit(s, view, line, col, part)
  local remaining = view.ghost:sub(#part + 1)
  local keep = ''
  if remaining ~= '' then
    keep = view.covered
    -- A closing bracket that `part` brings is typed over, as when the user types it.
    while keep ~= '' and not text.pieces(remaining, keep) do
      local first = text.chars(keep)[1]
      local dropped = view.covered:sub(1, #view.covered - #keep) .. first
      if not text.pieces(part, dropped) then
        break
      end
      keep = keep:sub(#first + 1)
    end
  end
  local from, insert = col, part
  if line:sub(view.from + 1, col) ~= view.lead then
    from, insert = view.from, view.lead .. part
  end
  local lines = text.lines(insert)
  local rest
  if remaining ~= '' then
    rest = vim.tbl_extend('force', {}, s)
    rest.covered = keep
    if #lines > 1 then
      rest.row = s.row + #lines - 1
      rest.head = ''
      rest.text = lines[#lines] .. remaining
      rest.filter = nil
    end
    rest.origin = (#lines > 1 and 0 or from) + #lines[#lines]
  end
  return {
    from = from,
    to = col + #view.covered - #keep,
    lines = lines,
    rest = rest,
    row = s.row + #lines - 1,
    col = (#lines > 1 and 0 or from) + #lines[#lines],
  }
end

return M
