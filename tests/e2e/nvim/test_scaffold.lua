-- Code from samples by Neovim's own code actions, with the real program, ARTEL_BINARY: nothing of
-- it is in the plugin.
local h = dofile(debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$') .. '/harness.lua')

local binary = vim.env.ARTEL_BINARY
if not binary or vim.fn.executable(binary) == 0 then
  io.stdout:write('skipped: the program artel is not built (ARTEL_BINARY)\n')
  vim.cmd('cquit 77')
end

local SLOW = 60000 -- the model is loaded meanwhile
local cases = {}

local function start(name, text)
  local nvim = h.start({ server = { binary, 'lsp' }, name = name, text = text })
  nvim:lua([[
    vim.o.hidden = true
    vim.ui.select = function(items, options, done)
      for i, item in ipairs(items) do
        local text = options.format_item and options.format_item(item) or item
        if text:find(_G.wanted, 1, true) then
          return done(item, i)
        end
      end
      error('no such action: ' .. _G.wanted)
    end]])
  nvim:wait('the server serves', function()
    return nvim:lua([[
      local get = vim.lsp.get_clients or vim.lsp.buf_get_clients
      for _, client in pairs(get(0)) do
        if client.name == 'artel' then
          local capabilities = client.server_capabilities or client.resolved_capabilities
          return capabilities.codeActionProvider ~= nil or capabilities.code_action ~= nil
        end
      end
      return false]])
  end, SLOW)
  return nvim
end

local function act(nvim, wanted)
  nvim:lua('_G.wanted = ...; vim.lsp.buf.code_action()', wanted)
end

--- The text of the buffer whose file has this name; nil while there is none.
local function buffer(nvim, name)
  local text = nvim:lua(
    [[
    for _, b in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_get_name(b):match('[^/]*$') == ... then
        return table.concat(vim.api.nvim_buf_get_lines(b, 0, -1, false), '\n')
      end
    end]],
    name
  )
  return text ~= vim.NIL and text or nil
end

local function wait_text(nvim, name, part)
  nvim:wait(name .. ' has ' .. part, function()
    local text = buffer(nvim, name)
    return text and text:find(part, 1, true)
  end, SLOW)
end

table.insert(cases, {
  'a JSON document becomes a file, and changes by hand survive the next time',
  function()
    local nvim = start('users.json', '[{"id": 1, "name": "Ada"}]\n')
    act(nvim, 'TypeScript types')
    wait_text(nvim, 'users.ts', 'name: string;')
    nvim:lua([[
      local b = vim.fn.bufnr('users.ts')
      vim.api.nvim_buf_set_lines(b, 0, 0, false, { '// kept by hand' })
      vim.fn.win_gotoid(vim.fn.win_getid(1))
      vim.cmd('buffer users.json')
      vim.api.nvim_buf_set_lines(0, 0, -1, false, { '[{"id": 1, "mail": "a@b.org", "name": "Ada"}]' })]])
    nvim:settle(300)
    act(nvim, 'TypeScript types')
    wait_text(nvim, 'users.ts', 'mail: string;')
    h.equal(buffer(nvim, 'users.ts'):sub(1, 16), '// kept by hand\n')
    nvim:stop()
  end,
})

table.insert(cases, {
  'one action makes page, client, mock server and database, which load what they were made from',
  function()
    local nvim = start('users.json', '[{"id": 1, "name": "Ada"}]\n')
    act(nvim, 'Page, client, mock server and database')
    wait_text(nvim, 'users.html', '<title>Users</title>')
    wait_text(nvim, 'users.sh', 'BASE_URL')
    wait_text(nvim, 'users_mock.py', 'Handler')
    wait_text(nvim, 'users.sqlite.sql', 'Ada')
    nvim:lua("vim.cmd('wall')")
    if vim.fn.executable('sqlite3') == 1 then
      local script = nvim.dir .. '/project/users.sqlite.sql'
      h.equal(vim.fn.system({ 'sh', '-c', 'sqlite3 :memory: ".read $0" "SELECT id, name FROM users"', script }), '1|Ada\n')
    end
    nvim:stop()
  end,
})

table.insert(cases, {
  'a comment that names a sample is followed by the code, and again when the sample grew',
  function()
    local nvim = start('people.py', '# from sample.json as person\n')
    local sample = nvim.dir .. '/project/sample.json'
    vim.fn.writefile({ '{"id": 1}' }, sample)
    act(nvim, 'Python dataclasses')
    wait_text(nvim, 'people.py', 'class Person')
    h.equal(nvim:lines()[1], '# from sample.json as person')
    vim.fn.writefile({ '{"id": 1, "mail": "a@b.org"}' }, sample)
    nvim:settle(300)
    nvim:type('gg')
    act(nvim, 'Python dataclasses')
    wait_text(nvim, 'people.py', 'mail: str')
    local _, n = buffer(nvim, 'people.py'):gsub('class Person', '')
    h.equal(n, 1, 'once')
    nvim:stop()
  end,
})

h.run(cases)
