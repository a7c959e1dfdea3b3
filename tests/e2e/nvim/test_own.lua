-- The plugin's own interface against the scripted server.
local h = dofile(debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$') .. '/harness.lua')

local function case(options, run)
  return function()
    local nvim = h.start(options)
    run(nvim)
    nvim:stop()
  end
end

local cases = {}
local function add(name, options, run)
  table.insert(cases, { name, case(options, run) })
end

local foobar = { { before = 'x = ', items = { { text = 'foo(bar, baz);' } } } }

add('shows and accepts all', { rules = foobar }, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('foo(bar, baz);')
  h.equal(nvim:screen(1), 'x = foo(bar, baz);', 'screen')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
  h.equal(nvim:cursor(), '1:18')
  h.equal(nvim:ghost(), '')
end)

add('accepts word by word', { rules = foobar }, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('foo(bar, baz);')
  nvim:type('<M-Right>')
  h.equal(nvim:lines(), { 'x = foo' })
  h.equal(nvim:ghost(), '(bar, baz);')
  nvim:type('<M-Right>')
  h.equal(nvim:lines(), { 'x = foo(' })
  nvim:type('<M-Right><M-Right><M-Right>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz' })
  h.equal(nvim:ghost(), ');')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
end)

local block = { { before = 'if x:', items = { { text = '\n    a()\n    b()' } } } }

add('draws a block below the line and accepts it line by line', { rules = block, name = 'a.py' }, function(nvim)
  nvim:type('iif x:')
  nvim:wait_ghost('\n    a()\n    b()')
  h.equal(nvim:screen(1), 'if x:', 'screen 1')
  h.equal(nvim:screen(2), '    a()', 'screen 2')
  h.equal(nvim:screen(3), '    b()', 'screen 3')
  nvim:type('<M-Down>')
  h.equal(nvim:lines(), { 'if x:', '    a()' })
  h.equal(nvim:ghost(), '\n    b()')
  nvim:type('<M-Down>')
  h.equal(nvim:lines(), { 'if x:', '    a()', '    b()' })
  h.equal(nvim:cursor(), '3:7')
end)

add('accepts a block at once', { rules = block, name = 'a.py', text = 'first\n\nlast\n' }, function(nvim)
  nvim:type('ggoif x:')
  nvim:wait_ghost('\n    a()\n    b()')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'first', 'if x:', '    a()', '    b()', '', 'last' })
  h.equal(nvim:cursor(), '4:7')
end)

add('dismisses, and shows nothing until the text changes', { rules = {
  { before = 'x = ', items = { { text = 'one' } } },
  { before = 'x = y', items = { { text = 'two' } } },
} }, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('one')
  nvim:type('<C-]>')
  h.equal(nvim:ghost(), '')
  nvim:settle()
  h.equal(nvim:ghost(), '')
  h.equal(nvim:lines(), { 'x = ' })
  nvim:type('y')
  nvim:wait_ghost('two')
end)

add('cycles through alternatives, asking once', { rules = {
  { before = 'x = ', kind = 2, items = { { text = 'one' } } },
  { before = 'x = ', kind = 1, items = { { text = 'one' }, { text = 'two' }, { text = 'three' } } },
} }, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('one')
  nvim:type('<M-]>')
  nvim:wait_ghost('two')
  h.equal(nvim:screen(1), 'x = two (2/3)', 'screen')
  nvim:type('<M-]>')
  nvim:wait_ghost('three')
  nvim:type('<M-]>')
  nvim:wait_ghost('one')
  nvim:type('<M-[>')
  nvim:wait_ghost('three')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = three' })
  local kinds = {}
  for _, r in ipairs(nvim:log('request')) do
    if r.kind == 1 then
      table.insert(kinds, r.before)
    end
  end
  h.equal(kinds, { 'x = ' }, 'invoked requests')
end)

add('asks when told to, also with automatic asking off', {
  settings = { auto = false },
  rules = { { before = 'x = ', items = { { text = 'one' }, { text = 'two' } } } },
}, function(nvim)
  nvim:type('ix = ')
  nvim:settle()
  h.equal(nvim:ghost(), '')
  h.equal(#nvim:log('request'), 0)
  nvim:type('<M-Bslash>')
  nvim:wait_ghost('one')
  h.equal(nvim:log('request')[1].kind, 1)
end)

add('accepting is one undo step', { rules = block, name = 'a.py' }, function(nvim)
  nvim:type('iif x:')
  nvim:wait_ghost('\n    a()\n    b()')
  nvim:type('<Tab>')
  nvim:type(' more<Esc>')
  h.equal(nvim:lines(), { 'if x:', '    a()', '    b() more' })
  nvim:type('u')
  h.equal(nvim:lines(), { 'if x:', '    a()', '    b()' }, 'first undo')
  nvim:type('u')
  h.equal(nvim:lines(), { 'if x:' }, 'second undo')
  nvim:type('u')
  h.equal(nvim:lines(), { '' }, 'third undo')
  nvim:type('<C-r><C-r><C-r>')
  h.equal(nvim:lines(), { 'if x:', '    a()', '    b() more' }, 'redo')
end)

add('typing what is shown trims it, without asking and without a gap', { rules = foobar }, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('foo(bar, baz);')
  local before = #nvim:log('request')
  for i, c in ipairs({ 'f', 'o', 'o', '(' }) do
    nvim:type(c)
    h.equal(nvim:ghost(), ('foo(bar, baz);'):sub(i + 1), 'after ' .. c)
  end
  nvim:settle()
  h.equal(#nvim:log('request'), before, 'requests')
  nvim:type('<BS>')
  h.equal(nvim:ghost(), '(bar, baz);', 'after backspace')
  nvim:type('X')
  nvim:wait_ghost('')
  h.equal(nvim:lines(), { 'x = fooX' })
end)

add('never doubles what was typed right before accepting', { rules = {
  { before = '', items = { { text = 'foobar' } } },
} }, function(nvim)
  nvim:type('i')
  nvim:wait_ghost('foobar')
  -- One burst: no event comes between the two keys.
  nvim:type('f<Tab>')
  h.equal(nvim:lines(), { 'foobar' })
  nvim:type('<Esc>cc')
  nvim:wait_ghost('foobar')
  nvim:type('a<Tab>')
  h.equal(nvim:lines(), { 'a\t' }, 'what does not fit is not accepted')
  nvim:type('<Esc>cc')
  nvim:wait_ghost('foobar')
  nvim:type('foo<Tab>!')
  h.equal(nvim:lines(), { 'foobar!' })
end)

add('replaces closers behind the cursor that the range covers', { rules = {
  { before = 'f\\(', items = { { text = 'a, b);', after = 1 } } },
} }, function(nvim)
  nvim:type('if()<Left>')
  nvim:wait_ghost('a, b;')
  h.equal(nvim:screen(1), 'f(a, b);', 'screen')
  nvim:type('<M-Right>')
  h.equal(nvim:lines(), { 'f(a)' })
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'f(a, b);' })
  h.equal(nvim:cursor(), '1:8')
end)

add('types over closers, word by word', { rules = {
  { before = 'f\\(', items = { { text = 'a) + 1', after = 1 } } },
} }, function(nvim)
  nvim:type('if()<Left>')
  nvim:wait_ghost('a + 1')
  h.equal(nvim:screen(1), 'f(a) + 1', 'screen')
  nvim:type('<M-Right><M-Right>')
  h.equal(nvim:lines(), { 'f(a)' })
  nvim:type('<M-Right><M-Right>')
  h.equal(nvim:lines(), { 'f(a) + 1' })
end)

add('follows brackets that another plugin closes', {
  before = [[vim.cmd('inoremap ( ()<Left>')]],
  rules = { { before = 'x = ', items = { { text = 'f(a);' } } } },
}, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('f(a);')
  nvim:type('f(')
  h.equal(nvim:lines(), { 'x = f()' })
  h.equal(nvim:ghost(), 'a;')
  h.equal(nvim:screen(1), 'x = f(a);', 'screen')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = f(a);' })
end)

add('keeps text behind the cursor readable', { rules = {
  { before = 'f\\(', items = { { text = 'wide' } } },
} }, function(nvim)
  nvim:type('if() { return; }<Esc>0f)i')
  nvim:wait_ghost('wide')
  h.equal(nvim:screen(1), 'f(wide) { return; }', 'screen')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'f(wide) { return; }' })
  h.equal(nvim:cursor(), '1:6')
end)

add('keeps text behind the cursor readable where the window is too narrow', { rules = {
  { before = 'f\\(', items = { { text = ('wide '):rep(10) } } },
} }, function(nvim)
  nvim:call('nvim_set_option', 'columns', 40)
  nvim:type('if() { return 1 + 2 + 3; }<Esc>0f)i')
  nvim:wait('something is shown', function()
    return nvim:ghost() ~= ''
  end)
  local all = {}
  for row = 1, 5 do
    all[row] = nvim:screen(row)
  end
  local screen = table.concat(all, '\n')
  assert(screen:find(') { return 1 + 2 + 3; }', 1, true), screen)
  assert(screen:find('wide wide', 1, true), screen)
end)

add('replaces text before the cursor that the range covers', { rules = {
  { before = '   ', items = { { text = '\treturn 0;', before = 3 } } },
} }, function(nvim)
  nvim:type('i   ')
  nvim:wait_ghost('return 0;')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { '\treturn 0;' })
end)

for _, encoding in ipairs({ 'utf-8', 'utf-16', 'utf-32' }) do
  add('counts columns right, ' .. encoding .. ' where offered', {
    encoding = encoding,
    text = 'äöü\n',
    rules = { { before = 's = "ä😀𝄞", ', items = { { text = '"é😀")', before = 0, after = 1 } } } },
  }, function(nvim)
    nvim:type('Gos = "ä😀𝄞", )<Left>')
    nvim:wait_ghost('"é😀"')
    nvim:type('<Tab>')
    h.equal(nvim:lines(), { 'äöü', 's = "ä😀𝄞", "é😀")' })
    h.equal(nvim:cursor(), '2:' .. #'s = "ä😀𝄞", "é😀")')
    nvim:type('!')
    nvim:wait('the server has the same text', function()
      local r = nvim:log('request')
      return r[#r].text == nvim:text() .. '\n'
    end)
  end)
end

add('the server has the same text after many edits', {
  text = 'eins ä\nzwei 😀\ndrei\n\nfünf\n',
  rules = { { before = '.*z', items = { { text = '😀!\n  ü' } } } },
}, function(nvim)
  local edits = {
    'ggdd', 'Gp', 'ggA ö😀z', '<Tab>', '<Esc>ggJ', 'u', '<C-r>', 'yyPP', ':%s/e/é/g<CR>', 'ggVGd', 'ione<CR>two é<Esc>', 'GoX<CR>Y<Esc>kJ',
    ':g/é/normal Aß<CR>', 'gg<C-v>jjId<Esc>', 'ddGp', 'gUG',
  }
  for i, keys in ipairs(edits) do
    nvim:type('<Esc>' .. keys)
    nvim:type('<Esc>Go' .. i)
    nvim:wait('the server is asked at line ' .. i, function()
      local r = nvim:log('request')
      return #r > 0 and r[#r].before == tostring(i)
    end)
    local r = nvim:log('request')
    h.equal(r[#r].text, nvim:text() .. '\n', 'after ' .. keys)
  end
end)

add('late answers are never shown', { rules = {
  { before = 'a', items = { { text = 'LATE' } }, delay_ms = 150, stubborn = true },
  { before = 'ab', items = { { text = 'LATER' } }, delay_ms = 100, stubborn = true },
  { before = 'abc', items = { { text = 'now' } } },
} }, function(nvim)
  nvim:lua([[
    _G.drawn = {}
    local set = vim.api.nvim_buf_set_extmark
    vim.api.nvim_buf_set_extmark = function(b, n, row, col, options)
      table.insert(_G.drawn, vim.inspect(options.virt_text))
      return set(b, n, row, col, options)
    end
  ]])
  nvim:type('ia')
  nvim:settle(30)
  nvim:type('b')
  nvim:settle(30)
  nvim:type('c')
  nvim:wait_ghost('now')
  nvim:settle(300)
  h.equal(nvim:ghost(), 'now')
  local drawn = table.concat(nvim:lua('return _G.drawn'))
  assert(not drawn:find('LATE'), drawn)
end)

add('a slow server never holds up typing, and is told what is not wanted any more', { rules = {
  { before = '.+', items = { { text = 'LATE' } }, delay_ms = 300 },
} }, function(nvim)
  local line = 'the quick brown fox jumps'
  local began = vim.loop.hrtime()
  nvim:type('i')
  nvim:type_slowly(line, 8)
  local ms = (vim.loop.hrtime() - began) / 1e6
  h.equal(nvim:lines(), { line })
  assert(ms < 4000, 'typing took ' .. ms .. ' ms')
  nvim:wait_ghost('LATE')
  local cancelled = {}
  for _, c in ipairs(nvim:log('cancel')) do
    cancelled[c.id] = true
  end
  local requests = nvim:log('request')
  for i = 2, #requests - 1 do -- the first was for the empty line, which is answered at once
    assert(cancelled[requests[i].id], 'request ' .. i .. ' was not cancelled')
  end
  assert(not cancelled[requests[#requests].id], 'the last request was cancelled')
  nvim:type('<Esc>')
  h.equal(nvim:ghost(), '')
end)

add('leaving insert mode cancels and clears', { rules = {
  { before = 'a', items = { { text = 'shown' } } },
  { before = 'ab', items = { { text = 'LATE' } }, delay_ms = 60, stubborn = true },
} }, function(nvim)
  nvim:type('ia')
  nvim:wait_ghost('shown')
  nvim:type('b')
  nvim:wait('it was asked', function()
    local r = nvim:log('request')
    return r[#r].before == 'ab'
  end)
  nvim:type('<Esc>')
  nvim:settle(120)
  h.equal(nvim:ghost(), '')
  local cancels = nvim:log('cancel')
  assert(#cancels >= 1, 'not cancelled')
end)

add('keys do what they did before when nothing is shown', {
  rules = foobar,
  before = [[
    vim.cmd('inoremap <M-Right> GLOBAL')
    vim.cmd('autocmd BufEnter * inoremap <buffer> <expr> <Tab> "BUF" . "FER"')
    _G.lua_calls = 0
    vim.api.nvim_create_autocmd('BufEnter', { callback = function()
      vim.api.nvim_buf_set_keymap(0, 'i', '<M-Down>', '', { callback = function()
        _G.lua_calls = _G.lua_calls + 1
      end })
    end })
  ]],
}, function(nvim)
  nvim:type('i<Tab><M-Right><M-Down>')
  h.equal(nvim:lines(), { 'BUFFERGLOBAL' })
  h.equal(nvim:lua('return _G.lua_calls'), 1)
  nvim:type('<Esc>ccx = ')
  nvim:wait_ghost('foo(bar, baz);')
  nvim:type('<M-Down>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
  h.equal(nvim:lua('return _G.lua_calls'), 1)
  nvim:type('<Tab><M-Right>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);BUFFERGLOBAL' })
  nvim:type('<M-Down>')
  h.equal(nvim:lua('return _G.lua_calls'), 2)
  nvim:type('<C-]>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);BUFFERGLOBAL' })
end)

add('keys can be changed, and <Plug> mappings exist', {
  rules = foobar,
  settings = { keys = { accept = '<C-y>', accept_word = { '<C-f>', '<C-g>w' }, dismiss = false } },
  before = [[vim.cmd('imap <C-b> <Plug>(artel-accept-line)')]],
}, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('foo(bar, baz);')
  nvim:type('<C-f>')
  h.equal(nvim:lines(), { 'x = foo' })
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = foo\t' })
  nvim:type('<Esc>ccx = ')
  nvim:wait_ghost('foo(bar, baz);')
  nvim:type('<C-y>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
  nvim:type('<Esc>ccx = ')
  nvim:wait_ghost('foo(bar, baz);')
  nvim:type('<C-b>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
end)

add('is silent in replace mode, read-only buffers, macros and excluded files', { rules = {
  { before = '.*', items = { { text = 'foobar' } } },
} }, function(nvim)
  nvim:type('iabc')
  nvim:wait_ghost('foobar')
  nvim:type('<Esc>0Rx')
  nvim:settle()
  h.equal(nvim:ghost(), '', 'replace mode')
  nvim:type('<Esc>qqAx')
  nvim:settle()
  h.equal(nvim:ghost(), '', 'recording')
  nvim:type('<Tab><Esc>q@q')
  nvim:settle()
  h.equal(nvim:lines(), { 'xbcx\tx\t' }, 'macro')
  nvim:type(':setlocal readonly<CR>Ay')
  nvim:settle()
  h.equal(nvim:ghost(), '', 'read-only')
  nvim:type('<Esc>:setlocal noreadonly<CR>Ay')
  nvim:wait_ghost('foobar')
  nvim:type('<Esc>:setlocal filetype=gitcommit<CR>')
  nvim:settle()
  nvim:type('Ay')
  nvim:settle()
  h.equal(nvim:ghost(), '', 'excluded file type')
  nvim:type('<Esc>:Artel status<CR>')
  local text = nvim:lua("return table.concat(require('artel').status(), '\\n')")
  assert(text:find("'gitcommit' is in exclude_filetypes", 1, true), text)
end)

add('hides while the completion menu is open, and comes back', { rules = {
  { before = 'al', items = { { text = 'GHOST' } } },
  { before = 'alpha', items = { { text = 'BACK' } } },
}, text = 'alpha altitude\n' }, function(nvim)
  nvim:type('oal')
  nvim:wait_ghost('GHOST')
  nvim:type('<C-n>')
  nvim:wait_ghost('')
  h.equal(nvim:call('nvim_call_function', 'pumvisible', {}), 1)
  nvim:type('<C-y>')
  nvim:wait_ghost('BACK')
end)

add('shows nothing in another window, and nothing stays behind', { rules = {
  { before = 'a', items = { { text = 'shown' } } },
} }, function(nvim)
  nvim:type(':split<CR>ia')
  nvim:wait_ghost('shown')
  nvim:type('<C-o><C-w>w')
  nvim:wait('the other window is current', function()
    return nvim:call('nvim_call_function', 'winnr', {}) == 2
  end)
  nvim:settle()
  nvim:type('<Esc>')
  nvim:settle()
  h.equal(nvim:ghost(), '')
end)

add('large files are left alone', {
  settings = { max_bytes = 1000 },
  text = ('x'):rep(2000) .. '\n',
  no_server = true,
}, function(nvim)
  nvim:type('Goa')
  nvim:settle(150)
  h.equal(#nvim:log('start'), 0, 'servers started')
  local text = nvim:lua("return table.concat(require('artel').status(), '\\n')")
  assert(text:find('more than max_bytes (1000)', 1, true), text)
end)

add('a server that dies says so once, and typing goes on', { rules = {
  { before = 'boom', die = 3 },
} }, function(nvim)
  nvim:type('i')
  nvim:type_slowly('boom and more text after it')
  h.equal(nvim:lines(), { 'boom and more text after it' })
  h.equal(nvim:call('nvim_get_mode'), { mode = 'i', blocking = false })
  nvim:wait('it says so', function()
    return #vim.tbl_filter(function(m)
      return m == 'artel: the server stopped (exit code 3). :Artel restart starts it again'
    end, nvim:said()) == 1
  end)
  nvim:type('<CR>boom<CR>boom')
  nvim:settle(100)
  h.equal(nvim:lines(), { 'boom and more text after it', 'boom', 'boom' })
  h.equal(#vim.tbl_filter(function(m)
    return m:find('^artel:')
  end, nvim:said()), 1, 'messages')
  h.equal(#nvim:log('start'), 1, 'servers started')
  nvim:rules({ { before = 'z', items = { { text = 'alive' } } } })
  nvim:type('<Esc>:Artel restart<CR>')
  nvim:wait('the server runs again', function()
    return #nvim:log('open') == 2
  end)
  nvim:type('oz')
  nvim:wait_ghost('alive')
end)

add('errors of the server are logged, not shown', { rules = {
  { before = 'a', error = { -32603, 'inner trouble' } },
  { before = 'ab', items = { { text = 'fine' } } },
} }, function(nvim)
  nvim:type('ia')
  nvim:settle()
  nvim:type('b')
  nvim:wait_ghost('fine')
  h.equal(nvim:said(), {})
  nvim:type('<Esc>:Artel log<CR>')
  assert(nvim:text():find('inner trouble', 1, true), nvim:text())
end)

add('a missing program is told once, in one line', {
  settings = { cmd = '/nonexistent/artel' },
  no_server = true,
}, function(nvim)
  nvim:wait('it is told', function()
    return #nvim:said() == 1
  end)
  h.equal(nvim:said(), { "artel: cannot run '/nonexistent/artel' (setting cmd)" })
  nvim:type(':edit other.c<CR>')
  nvim:type('itext')
  nvim:settle()
  h.equal(#nvim:said(), 1)
  h.equal(nvim:lines(), { 'text' })
end)

add('wrong settings are told in a clear sentence, and the defaults used', {
  rules = foobar,
  settings = { keys = { accept = 5 }, popup = 'yes', colour = 'red' },
}, function(nvim)
  h.equal(nvim:said(), {
    'artel: setting keys.accept must be a key, a list of keys, or false, not 5 (and 2 more: :checkhealth artel)',
  })
  nvim:type('ix = ')
  nvim:wait_ghost('foo(bar, baz);')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
  nvim:type('<Esc>:checkhealth artel<CR>')
  nvim:wait('the report', function()
    return nvim:text():find('unknown setting colour', 1, true) ~= nil
  end)
  assert(nvim:text():find("setting popup must be a boolean, not \"yes\"", 1, true), nvim:text())
end)

add('one server for a project, another for another', { rules = foobar }, function(nvim)
  vim.fn.mkdir(nvim.dir .. '/second/.git', 'p')
  nvim:type(':edit ' .. nvim.dir .. '/project/b.py<CR>:edit ' .. nvim.dir .. '/second/c.rb<CR>')
  nvim:wait('three files are open', function()
    return #nvim:log('open') == 3
  end)
  local roots = {}
  for _, e in ipairs(nvim:log('initialize')) do
    table.insert(roots, (e.root:gsub('^.*/', '')))
  end
  h.equal(roots, { 'project', 'second' })
  local languages = {}
  for _, e in ipairs(nvim:log('open')) do
    table.insert(languages, e.language)
  end
  h.equal(languages, { 'c', 'python', 'ruby' })
  nvim:type(':setlocal filetype=perl<CR>Gox = ')
  nvim:wait_ghost('foo(bar, baz);')
  local open = nvim:log('open')
  h.equal(open[#open].language, 'perl')
end)

add('a renamed file is closed and opened under its new name', { rules = foobar }, function(nvim)
  nvim:type(':file renamed.py<CR>')
  nvim:wait('it is open again', function()
    return #nvim:log('open') == 2
  end)
  assert(nvim:log('open')[2].uri:find('/renamed.py$'), nvim:log('open')[2].uri)
  h.equal(nvim:log('close')[1].uri, nvim:log('open')[1].uri)
  nvim:type('ix = ')
  nvim:wait_ghost('foo(bar, baz);')
end)

add('reloading and closing files keeps the server right', { rules = foobar, text = 'one\ntwo\n' }, function(nvim)
  nvim:type('Gothree<Esc>:edit!<CR>Gox = ')
  nvim:wait_ghost('foo(bar, baz);')
  local r = nvim:log('request')
  h.equal(r[#r].text, 'one\ntwo\nx = \n', 'after :edit!')
  nvim:type('<Tab><Esc>:write<CR>:edit b.c<CR>:bdelete #<CR>')
  nvim:wait('the first is closed', function()
    return #nvim:log('close') > 0 and nvim:log('close')[#nvim:log('close')].uri:find('/sample.c$') ~= nil
  end)
  nvim:type(':edit sample.c<CR>Gox = ')
  nvim:wait_ghost('foo(bar, baz);')
  r = nvim:log('request')
  h.equal(r[#r].text, 'one\ntwo\nx = foo(bar, baz);\nx = \n', 'opened again')
end)

local function as_a_link(nvim)
  -- As the README says: a link in the package folder, to a repository with the built program.
  local repository = nvim.dir .. '/repository'
  local start = nvim.dir .. '/data/nvim/site/pack/artel/start'
  vim.fn.mkdir(repository .. '/editors', 'p')
  vim.fn.mkdir(repository .. '/build/release/lsp', 'p')
  vim.fn.mkdir(start, 'p')
  vim.fn.system({ 'cp', '-r', h.plugin, repository .. '/editors/nvim' })
  local program = repository .. '/build/release/lsp/artel'
  local command = ([[exec python3 '%s' '%s' '%s' "$@"]]):format(
    h.here .. '/fake_server.py', nvim.script, nvim.log_path)
  vim.fn.writefile({ '#!/bin/sh', command }, program)
  vim.fn.setfperm(program, 'rwxr-xr-x')
  vim.loop.fs_symlink(repository .. '/editors/nvim', start .. '/artel')
end

add('installed as a link, without settings, it finds the program of its repository', {
  settings = false,
  prepare = as_a_link,
  rules = foobar,
}, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('foo(bar, baz);')
  nvim:settle(20)
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
  h.equal(nvim:said(), {})
end)

add('an unknown command is told', { rules = foobar }, function(nvim)
  nvim:type(':Artel nonsense<CR>')
  local messages = nvim:lua("return vim.api.nvim_exec('messages', true)")
  h.equal(messages:match('artel:[^\n]*'),
    'artel: no command nonsense (there are: status, generate, why, enable, disable, toggle, restart, log)')
end)

add('disable, enable, per buffer too', { rules = foobar }, function(nvim)
  nvim:type(':Artel disable<CR>')
  nvim:wait('the server ends', function()
    return #nvim:log('exit') == 1
  end)
  nvim:type('ix = ')
  nvim:settle()
  h.equal(nvim:ghost(), '')
  nvim:type('<Esc>:Artel toggle<CR>')
  nvim:wait('the file is open again', function()
    return #nvim:log('open') == 2
  end)
  nvim:type('ccx = ')
  nvim:wait_ghost('foo(bar, baz);')
  nvim:type('<Esc>:Artel disable buffer<CR>ccx = ')
  nvim:settle()
  h.equal(nvim:ghost(), '')
  nvim:type('<Esc>:Artel enable buffer<CR>ccx = ')
  nvim:wait_ghost('foo(bar, baz);')
  h.equal(nvim:said(), {})
end)

add('runs the command of an accepted item once, after the edit', { rules = {
  { before = 'x = ', items = { { text = 'foo bar', command = 'fake.accepted' } } },
} }, function(nvim)
  nvim:type('ix = ')
  nvim:wait_ghost('foo bar')
  nvim:type('<M-Right>')
  nvim:settle()
  h.equal(#nvim:log('command'), 0)
  nvim:type('<Tab>')
  nvim:wait('the command came', function()
    return #nvim:log('command') == 1
  end)
  h.equal(nvim:log('command')[1].arguments, { 1 })
end)

add('a line break typed where the suggestion has one keeps the rest', {
  rules = { { before = 'if x:', items = { { text = '\n    a()\n    b()' } } } },
  name = 'a.txt',
}, function(nvim)
  nvim:type('iif x:')
  nvim:wait_ghost('\n    a()\n    b()')
  nvim:type('<CR>')
  h.equal(nvim:ghost(), '    a()\n    b()')
  nvim:type('    a')
  h.equal(nvim:ghost(), '()\n    b()')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'if x:', '    a()', '    b()' })
end)

add('indents with tabs where the suggestion does', {
  rules = { { before = '\\tif \\(x\\)', items = { { text = ' {\n\t\ty();\n\t}' } } } },
}, function(nvim)
  nvim:type(':setlocal tabstop=4 noexpandtab<CR>i<C-v><Tab>if (x)')
  nvim:wait_ghost(' {\n        y();\n    }')
  h.equal(nvim:screen(2), '        y();', 'screen')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { '\tif (x) {', '\t\ty();', '\t}' })
end)

add('other plugins see no completion items of ours', { rules = foobar }, function(nvim)
  h.equal(nvim:lua([[
    local client = require('artel.server').client(vim.api.nvim_get_current_buf())
    return client.server_capabilities.completionProvider == nil
  ]]), true)
end)

add('the help is there, with tags for every topic', { no_server = true }, function(nvim)
  h.equal(nvim:call('nvim_call_function', 'getcompletion', { 'artel-keys', 'help' }), { 'artel-keys' })
  local committed = io.open(h.plugin .. '/doc/tags'):read('*a')
  local dir = nvim.dir .. '/doc'
  vim.fn.mkdir(dir)
  vim.fn.writefile(vim.fn.readfile(h.plugin .. '/doc/artel.txt'), dir .. '/artel.txt')
  nvim:call('nvim_command', 'helptags ' .. dir)
  h.equal(committed, io.open(dir .. '/tags'):read('*a'), 'doc/tags is not what :helptags makes')
end)

h.run(cases)
