-- Neovim's own inline completion (0.12), with what the plugin adds to it. Skipped on older
-- versions.
local h = dofile(debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$') .. '/harness.lua')

if not vim.lsp.inline_completion then
  io.stdout:write('skipped: this Neovim has no inline completion of its own (0.12 has)\n')
  vim.cmd('cquit 77')
end

local cases = {}
local function add(name, options, run)
  options.settings = vim.tbl_extend('force', { interface = 'auto' }, options.settings or {})
  table.insert(cases, {
    name,
    function()
      local nvim = h.start(options)
      h.equal(nvim:lua("return require('artel').interface_name"), 'builtin')
      run(nvim)
      nvim:stop()
    end,
  })
end

local foobar = { { before = 'x = ', items = { { text = 'foo(bar, baz);' } } } }

-- The keys come a moment after the text.
local function shown(nvim, text)
  nvim:wait_ghost(text)
  nvim:settle(20)
end

add('shows and accepts all', { rules = foobar }, function(nvim)
  nvim:type('ix = ')
  shown(nvim, 'foo(bar, baz);')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
  h.equal(nvim:cursor(), '1:18')
end)

add('accepts a word, and the rest later', { rules = {
  foobar[1],
  { before = 'x = foo', items = { { text = '(bar, baz);' } } },
} }, function(nvim)
  nvim:type('ix = ')
  shown(nvim, 'foo(bar, baz);')
  nvim:type('<M-Right>')
  h.equal(nvim:lines(), { 'x = foo' })
  shown(nvim, '(bar, baz);')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = foo(bar, baz);' })
end)

add('never doubles what was typed right before accepting', { rules = {
  { before = '', items = { { text = 'foobar' } } },
} }, function(nvim)
  nvim:type('i')
  shown(nvim, 'foobar')
  nvim:type('foo<Tab>')
  h.equal(nvim:lines(), { 'foobar' })
end)

add('replaces closers that the range covers', { rules = {
  { before = 'f\\(', items = { { text = 'a, b);', after = 1 } } },
} }, function(nvim)
  nvim:type('if()<Left>')
  shown(nvim, 'a, b);')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'f(a, b);' })
  h.equal(nvim:cursor(), '1:8')
end)

add('accepting is one undo step', { name = 'a.py', rules = {
  { before = 'if x:', items = { { text = '\n    a()\n    b()' } } },
} }, function(nvim)
  nvim:type('iif x:')
  shown(nvim, '\n    a()\n    b()')
  nvim:type('<Tab>')
  nvim:type(' more<Esc>')
  h.equal(nvim:lines(), { 'if x:', '    a()', '    b() more' })
  nvim:type('u')
  h.equal(nvim:lines(), { 'if x:', '    a()', '    b()' })
  nvim:type('u')
  h.equal(nvim:lines(), { 'if x:' })
end)

add('dismisses; keys do what they did before when nothing is shown', {
  rules = foobar,
  before = "vim.cmd('inoremap <M-Right> GLOBAL')",
}, function(nvim)
  nvim:type('i<M-Right>')
  h.equal(nvim:lines(), { 'GLOBAL' })
  nvim:type('<Esc>ccx = ')
  shown(nvim, 'foo(bar, baz);')
  nvim:type('<C-]>')
  nvim:wait_ghost('')
  nvim:settle(20)
  nvim:type('<M-Right><Tab>')
  h.equal(nvim:lines(), { 'x = GLOBAL\t' })
end)

add('asks for alternatives and cycles through them', { rules = {
  { before = 'x = ', kind = 2, items = { { text = 'one' } } },
  { before = 'x = ', kind = 1, items = { { text = 'one' }, { text = 'two' } } },
} }, function(nvim)
  nvim:type('ix = ')
  shown(nvim, 'one')
  nvim:type('<M-]>')
  shown(nvim, 'two')
  nvim:type('<M-[>')
  shown(nvim, 'one')
  nvim:type('<M-]>')
  shown(nvim, 'two')
  nvim:type('<Tab>')
  h.equal(nvim:lines(), { 'x = two' })
end)

for _, encoding in ipairs({ 'utf-8', 'utf-16', 'utf-32' }) do
  add('counts columns right, ' .. encoding, {
    encoding = encoding,
    rules = { { before = 's = "ä😀𝄞", ', items = { { text = '"é😀")', after = 1 } } } },
  }, function(nvim)
    nvim:type('is = "ä😀𝄞", )<Left>')
    shown(nvim, '"é😀")')
    nvim:type('<Tab>')
    h.equal(nvim:lines(), { 's = "ä😀𝄞", "é😀")' })
    h.equal(nvim:log('encoding')[1].encoding, encoding)
  end)
end

add('runs the command of an accepted item', { rules = {
  { before = 'x = ', items = { { text = 'foo', command = 'fake.accepted' } } },
} }, function(nvim)
  nvim:type('ix = ')
  shown(nvim, 'foo')
  nvim:type('<Tab>')
  nvim:wait('the command came', function()
    return #nvim:log('command') == 1
  end)
  h.equal(nvim:lines(), { 'x = foo' })
end)

add('disable and restart', { rules = foobar }, function(nvim)
  nvim:type(':Artel disable<CR>ix = ')
  nvim:settle(300)
  h.equal(nvim:ghost(), '')
  nvim:type('<Esc>:Artel restart<CR>')
  nvim:wait('the file is open again', function()
    return #nvim:log('open') == 2
  end)
  nvim:settle()
  nvim:type('ccx = ')
  shown(nvim, 'foo(bar, baz);')
end)

h.run(cases)
