-- The plugin's pure functions: positions, words, how a suggestion fits the text. Quick; no second
-- Neovim.
local h = dofile(debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$') .. '/harness.lua')
local config = require('artel.config')
local suggestion = require('artel.suggestion')
local text = require('artel.text')

local cases = {}
local function add(name, run)
  table.insert(cases, { name, run })
end

add('columns: to units and back, at every character, in every encoding', function()
  local line = 'aä😀\t𝄞\255é\xE2\x82'
  for _, encoding in ipairs({ 'utf-8', 'utf-16', 'utf-32' }) do
    local byte = 0
    for _, c in ipairs(text.chars(line)) do
      local units = text.to_units(line, byte, encoding)
      h.equal(text.to_byte(line, units, encoding), byte, encoding .. ' at byte ' .. byte)
      byte = byte + #c
    end
    h.equal(byte, #line)
    h.equal(text.to_byte(line, 1000, encoding), #line, 'past the end')
  end
  h.equal(text.to_units('ä😀x', #'ä😀', 'utf-16'), 3)
  h.equal(text.to_units('ä😀x', #'ä😀', 'utf-32'), 2)
  h.equal(text.to_byte('ä😀x', 2, 'utf-16'), 2, 'inside a surrogate pair')
end)

add('columns agree with Neovim on valid text', function()
  local line = 'x = "ä😀𝄞ñ" -- 漢字'
  local byte = 0
  for _, c in ipairs(text.chars(line)) do
    local units32, units16
    if vim.fn.has('nvim-0.11') == 1 then
      units32, units16 = vim.str_utfindex(line, 'utf-32', byte), vim.str_utfindex(line, 'utf-16', byte)
    else
      units32, units16 = vim.str_utfindex(line, byte)
    end
    h.equal(text.to_units(line, byte, 'utf-32'), units32)
    h.equal(text.to_units(line, byte, 'utf-16'), units16)
    byte = byte + #c
  end
end)

add('pieces put together again are the whole, whatever is covered', function()
  local tried, fitted = 0, 0
  for _, ghost in ipairs({ 'a, b)', 'f(x)) + [1]', ')', '', 'ä)é}', 'a)b)c' }) do
    for _, covered in ipairs({ '', ')', '))', ')}', '];', 'é' }) do
      tried = tried + 1
      local pieces = text.pieces(ghost, covered)
      if pieces then
        fitted = fitted + 1
        local chars, whole = text.chars(covered), pieces[1]
        h.equal(#pieces, #chars + 1)
        for i, c in ipairs(chars) do
          whole = whole .. c .. pieces[i + 1]
        end
        h.equal(whole, ghost)
      end
    end
  end
  h.equal({ tried, fitted }, { 36, 15 })
  h.equal(text.pieces('a)b)', ')'), { 'a)b', '' }, 'from the right')
end)

add('words and lines, taken one after the other, are the whole', function()
  for _, ghost in ipairs({ 'foo_bar(baz, 1) {\n\treturn ünï;\n}', '  x', '\n\n  a', '->b', '   ' }) do
    for name, cut in pairs({ word = text.first_word, line = text.first_line }) do
      local rest, whole, n = ghost, '', 0
      while rest ~= '' do
        local part = cut(rest)
        assert(part ~= '', name .. ' cut of ' .. vim.inspect(rest) .. ' is empty')
        whole, rest, n = whole .. part, rest:sub(#part + 1), n + 1
        assert(n < 100)
      end
      h.equal(whole, ghost)
    end
  end
  h.equal(text.first_word('foo_bar(baz'), 'foo_bar')
  h.equal(text.first_word('(baz'), '(')
  h.equal(text.first_word('\n    ret x'), '\n    ret')
  h.equal(text.first_line('a\nb'), 'a')
  h.equal(text.first_line('\n  b\nc'), '\n  b')
end)

-- Applies `edit` to a line.
local function apply(line, edit)
  return line:sub(1, edit.from) .. table.concat(edit.lines, '\n') .. line:sub(edit.to + 1)
end

add('a suggestion typed, accepted in parts, or at once gives the same text', function()
  local samples = {
    { head = 'x = ', typed = '', text = 'foo(bar) + 1;', covered = '', tail = ' // é' },
    { head = 'f(', typed = '', text = 'a, b);', covered = ')', tail = '' },
    { head = 'f(', typed = '', text = 'g(a), [b]);', covered = ')', tail = ' {' },
    { head = '', typed = '    ', text = '\treturn ä;', covered = '', tail = '' },
    { head = '', typed = 're', text = 'return (x)', covered = '', tail = '' },
    { head = 'a', typed = '', text = 'b"c\'', covered = '"', tail = '' },
  }
  for _, s in ipairs(samples) do
    local want = s.head .. s.text .. s.tail
    for _, cut in ipairs({ text.first_word, text.first_line, function(g)
      return text.chars(g)[1]
    end, function(g)
      return g
    end }) do
      local line, col = s.head .. s.typed .. s.covered .. s.tail, #s.head + #s.typed
      local item = suggestion.new(s.text, line, 0, col, #s.head, col + #s.covered)
      local n = 0
      while item do
        local view = suggestion.view(item, 0, line, col)
        if not view then
          break
        end
        local edit = suggestion.edit(item, view, line, col, cut(view.ghost))
        line, col, item = apply(line, edit), edit.col, edit.rest
        n = n + 1
        assert(n < 100, line)
      end
      h.equal(line, want)
    end
  end
end)

add('a suggestion is withdrawn when anything else is typed', function()
  local s = suggestion.new('foobar', 'x = )', 3, 4, 4, 4)
  assert(suggestion.view(s, 3, 'x = )', 4))
  h.equal(suggestion.view(s, 3, 'x = foo)', 7).ghost, 'bar')
  h.equal(suggestion.view(s, 3, 'x = a)', 5), nil, 'other text')
  h.equal(suggestion.view(s, 3, 'x = foobar)', 10), nil, 'used up')
  h.equal(suggestion.view(s, 4, 'x = )', 4), nil, 'other line')
  h.equal(suggestion.view(s, 3, 'x = )', 3), nil, 'cursor before')
  h.equal(suggestion.view(s, 3, 'x = )', 5), nil, 'cursor behind')
  h.equal(suggestion.view(s, 3, 'y = )', 4), nil, 'other head')
  h.equal(suggestion.view(s, 3, 'x = ]', 4), nil, 'other tail')
  h.equal(suggestion.view(s, 3, 'x', 1), nil, 'shorter line')
end)

add('items of a server that cannot be shown are refused', function()
  local function item(a, b, line)
    return {
      insertText = 'text',
      range = { start = { line = line or 0, character = a }, ['end'] = { line = line or 0, character = b } },
    }
  end
  assert(suggestion.from_item(item(1, 3), 'abcd', 0, 2, 'utf-16'))
  h.equal(suggestion.from_item(item(3, 4), 'abcd', 0, 2, 'utf-16'), nil, 'begins behind the cursor')
  h.equal(suggestion.from_item(item(0, 1), 'abcd', 0, 2, 'utf-16'), nil, 'ends before the cursor')
  h.equal(suggestion.from_item(item(1, 3, 1), 'abcd', 0, 2, 'utf-16'), nil, 'another line')
  h.equal(suggestion.from_item({ insertText = '' }, 'abcd', 0, 2, 'utf-16'), nil, 'empty')
  h.equal(suggestion.from_item({ insertText = { kind = 'snippet', value = '$1' } }, '', 0, 0, 'utf-16'), nil)
  h.equal(suggestion.from_item({}, '', 0, 0, 'utf-16'), nil)
  h.equal(suggestion.from_item({ insertText = 'a\r\nb' }, '', 0, 0, 'utf-16').text, 'a\nb')
end)

add('settings: what is wrong is told, what is right is kept', function()
  local settings, problems = config.resolve({ auto = false, keys = { accept = { '<C-y>' }, next = false } })
  h.equal(problems, {})
  h.equal({ settings.auto, settings.keys.accept, settings.keys.next }, { false, { '<C-y>' }, false })
  h.equal(settings.keys.dismiss, '<C-]>')
  for _, wrong in ipairs({
    { 'artel', "setting g:artel must be a table, not \"artel\"" },
    { { auto = 1 }, 'setting auto must be a boolean, not 1' },
    { { cmd = {} }, 'setting cmd must be a string or a list of strings, not {}' },
    { { max_bytes = '1' }, 'setting max_bytes must be a number of bytes, not "1"' },
    { { interface = 'mine' }, "setting interface must be one of 'auto', 'own', 'builtin', not \"mine\"" },
    { { keys = { take = 'x' } }, 'unknown setting keys.take (there are: accept, accept_line, accept_word, ask, dismiss, next, previous)' },
    { { exclude_filetypes = { 1 } }, 'setting exclude_filetypes must be a list of strings, not { 1 }' },
  }) do
    local resolved, told = config.resolve(wrong[1])
    h.equal(told, { wrong[2] })
    h.equal(resolved, config.defaults)
  end
end)

h.run(cases)
