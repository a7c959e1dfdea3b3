-- Pure functions over strings: no buffer, no window, no state.
local M = {}

--- The characters of `s` in order. A byte that is not part of valid UTF-8 counts as a character.
function M.chars(s)
  local out = {}
  local i, n = 1, #s
  while i <= n do
    local b = s:byte(i)
    local len = 1
    if b >= 0xC2 and b < 0xF5 then
      len = b < 0xE0 and 2 or b < 0xF0 and 3 or 4
    end
    for k = i + 1, i + len - 1 do
      local c = s:byte(k)
      if not c or c < 0x80 or c > 0xBF then
        len = 1
        break
      end
    end
    out[#out + 1] = s:sub(i, i + len - 1)
    i = i + len
  end
  return out
end

function M.starts_with(s, prefix)
  return s:sub(1, #prefix) == prefix
end

function M.ends_with(s, suffix)
  return suffix == '' or s:sub(-#suffix) == suffix
end

--- Lines of `s`; always at least one.
function M.lines(s)
  return vim.split(s, '\n', { plain = true })
end

--- Cuts `ghost` around the characters of `covered`, which are in the buffer already, so that
--- ghost == pieces[1] .. covered[1] .. pieces[2] .. covered[2] .. pieces[n + 1]. Matches from the
--- right, because what is covered is mostly closing brackets. nil when that cannot be.
function M.pieces(ghost, covered)
  local want = M.chars(covered)
  local have = M.chars(ghost)
  local reversed, piece = {}, {}
  local w = #want
  for i = #have, 1, -1 do
    if w > 0 and have[i] == want[w] then
      reversed[#reversed + 1] = table.concat(piece)
      piece = {}
      w = w - 1
    else
      table.insert(piece, 1, have[i])
    end
  end
  if w > 0 then
    return nil
  end
  reversed[#reversed + 1] = table.concat(piece)
  local out = {}
  for i = #reversed, 1, -1 do
    out[#out + 1] = reversed[i]
  end
  return out
end

--- True when `s` consists of what editors insert by themselves behind the cursor.
function M.only_closers(s)
  return s:match('^[%]%)}>"\'`;%s]*$') ~= nil
end

--- The first word of `s` with the white space before it: a run of identifier characters, or a run
--- of other visible ones.
function M.first_word(s)
  return s:match('^%s*[%w_\128-\255]+') or s:match('^%s*[^%w_%s\128-\255]+') or s
end

--- The first line of `s`; with its line break when `s` starts with one.
function M.first_line(s)
  return s:match('^\n?[^\n]*')
end

--- Byte column (from 0) of `s` to code units of `encoding`.
function M.to_units(s, byte_col, encoding)
  if encoding == 'utf-8' then
    return byte_col
  end
  local n = 0
  for _, c in ipairs(M.chars(s:sub(1, byte_col))) do
    n = n + ((encoding == 'utf-16' and #c == 4) and 2 or 1)
  end
  return n
end

--- Code units of `encoding` to a byte column (from 0). Past the end becomes the end; inside a
--- character becomes its start.
function M.to_byte(s, units, encoding)
  if encoding == 'utf-8' then
    return math.min(units, #s)
  end
  local byte, n = 0, 0
  for _, c in ipairs(M.chars(s)) do
    n = n + ((encoding == 'utf-16' and #c == 4) and 2 or 1)
    if n > units then
      break
    end
    byte = byte + #c
  end
  return byte
end

return M
