-- Twenty tasks from real life, each done from a comment: written by Neovim's own code action with the
-- real program, ARTEL_BINARY, saved, run in a folder of its own and checked. One is taken as the inline
-- suggestion. The README's table tells of the same twenty.
local here = debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$')
local h = dofile(here .. '/harness.lua')

local binary = vim.env.ARTEL_BINARY
if not binary or vim.fn.executable(binary) == 0 then
  io.stdout:write('skipped: the program artel is not built (ARTEL_BINARY)\n')
  vim.cmd('cquit 77')
end

local SLOW = 60000 -- the model is loaded meanwhile

--- What the file contains, as Python has it; for `check`.
local function python(expression)
  return ("python3 -c 'import sys, glob; read = lambda name: open(name, \"rb\").read(); sys.exit(not (%s))'"):format(expression)
end

-- language, fixture (see ../script/run.py), comment, words for the run, shell command that must succeed
-- where the script ran; what it printed is in ../out.
local tasks = {
  { 'py', 'in', 'read the mp3 files in this folder and fix Cyrillic tags saved in the wrong encoding', '--yes',
    python([["Привет".encode("utf-16-le") in read("one.mp3") and "Группа крови".encode("utf-16-le") in read("две.mp3")]]) },
  { 'sh', 'in', 'delete *.log files older than 30 days', '--yes', 'test ! -e old.log && test -e app.log' },
  { 'sh', 'in', 'replace spaces in file names with underscores', '', 'test -e Two_Words.TXT && test ! -e "Two Words.TXT"' },
  { 'py', 'in', "replace 'foo' with 'bar' in all txt files in this folder", '--yes', 'grep -q "bar & bar/baz" ./-n.txt' },
  { 'sh', 'shop', 'rename all .jpeg files to .jpg', '', 'test -e IMG_1.jpg && test ! -e IMG_1.jpeg' },
  { 'js', 'shop', 'sort the files into folders by extension', '', 'test -e csv/sales.csv && test -e "pdf/My Report.pdf"' },
  { 'sh', 'shop', 'make a tar.gz of the src directory', '', 'tar tf src.tar.gz | grep -qx src/main.py' },
  { 'js', 'shop', 'convert people.csv to json', '', python([["\"name\": \"Ann\"" in read("../out").decode()]]) },
  { 'sh', 'shop', 'total qty per region in sales.csv', '', 'grep -qx North,8 ../out' },
  { 'mjs', 'shop', 'show rows of people.csv where city is Oslo', '', 'test "$(wc -l <../out)" = 3' },
  { 'sh', 'shop', 'which 2 IPs show up most often in access.log', '', 'head -n 1 ../out | grep -qx "3 192.168.1.10"' },
  { 'pl', 'shop', 'show all errors in server.log', '', 'test "$(wc -l <../out)" = 2' },
  { 'sh', 'in', 'find duplicate files', '', 'grep -q same1.bin ../out && grep -q same2.bin ../out' },
  { 'pl', 'in', 'list the two biggest files', '', 'head -n 1 ../out | grep -q big.bin' },
  { 'sh', 'in', 'convert cyr.txt from cp1251 to utf-8', '--yes', 'grep -qx Привет cyr.txt' },
  { 'py', 'in', 'extract all email addresses from mail.txt and save them to out.txt', '', 'grep -qx c.d@e.com out.txt' },
  { 'sh', 'shop', "show lines of list_a.txt that are missing in list_b.txt", '', 'test "$(cat ../out)" = apple' },
  { 'py', 'shop', 'remove all __pycache__ folders', '--yes', 'test -e src/main.py && test ! -e src/__pycache__' },
  { 'sh', 'shop', "back up sales.csv with today's date in the name", '', 'cmp sales.csv "sales-$(date +%Y-%m-%d).csv"' },
  { 'py', 'shop', 'list the tables in shop.db', '', 'test "$(cat ../out | tr "\\n" ,)" = orders,users,' },
}

local function open(nvim, name, text)
  vim.fn.writefile(vim.split(text, '\n'), nvim.dir .. '/project/' .. name)
  nvim:lua("vim.cmd('edit! ' .. ...)", name)
end

local function served(nvim)
  nvim:wait('the server serves', function()
    return nvim:lua([[
      local get = vim.lsp.get_clients or vim.lsp.buf_get_clients
      for _, client in pairs(get(0)) do
        if client.name == 'artel' then
          return true
        end
      end
      return false]])
  end, SLOW)
end

--- Runs the saved script on a fresh fixture and checks what it did.
local function try(nvim, name, task)
  local place = nvim.dir .. '/' .. name .. '.d'
  local data = place .. '/data'
  vim.fn.mkdir(place, 'p')
  local built = vim.fn.system({ 'python3', here .. '/../script/run.py', '--build', task[2], data })
  h.equal(vim.v.shell_error, 0, built)
  local run = ({ py = 'python3', pl = 'perl', sh = 'bash' })[task[1]] or 'node'
  local command = ('cd %s && %s %s %s >../out 2>../err; %s'):format(
    vim.fn.shellescape(data), run, vim.fn.shellescape(nvim.dir .. '/project/' .. name), task[4], task[5])
  vim.fn.system({ 'sh', '-c', command })
  if vim.v.shell_error ~= 0 then
    error(('%s: not so: %s\n%s'):format(task[3], task[5], table.concat(vim.fn.readfile(place .. '/err'), '\n')))
  end
end

--- Takes the suggestion, in which `part` stands, and runs it.
local function take(nvim, name, part)
  nvim:wait('a suggestion with ' .. part, function()
    return (nvim:ghost() or ''):find(part, 1, true)
  end, SLOW)
  nvim:type('<Tab><Esc>')
  nvim:wait('the script', function()
    return #nvim:lines() > 10
  end)
  nvim:lua("vim.cmd('write')")
  try(nvim, name, { name:match('%w+$'), 'in', 'sort names.txt', '', 'head -n 1 ../out | grep -qx Carol' })
end

local cases = {}

table.insert(cases, {
  'twenty scripts from comments do what they say',
  function()
    local nvim = h.start({ server = { binary, 'lsp' }, name = 'first.sh', text = '# nothing\n' })
    nvim:lua([[
      vim.o.hidden = true
      vim.ui.select = function(items, options, done)
        done(items[1], 1)
      end]])
    for i, task in ipairs(tasks) do
      local name = ('task%d.%s'):format(i, task[1])
      open(nvim, name, (task[1]:find('js') and '// ' or '# ') .. task[3])
      served(nvim)
      nvim:lua("vim.lsp.buf.code_action({ context = { only = { 'refactor.rewrite' }, diagnostics = {} } })")
      nvim:wait('a script for: ' .. task[3], function()
        return #nvim:lines() > 10
      end, SLOW)
      nvim:lua("vim.cmd('write')")
      try(nvim, name, task)
    end
    nvim:stop()
  end,
})

table.insert(cases, {
  'below the comment the script is the inline suggestion',
  function()
    local nvim = h.start({ server = { binary, 'lsp' }, name = 'sort.py', text = '# sort names.txt\n' })
    served(nvim)
    nvim:type('Go')
    take(nvim, 'sort.py', 'import argparse')
    h.equal(nvim:lines()[1], '# sort names.txt')
    for name, begin in pairs({ ['sort.mjs'] = '// sort names.txt', ['sort.pl'] = '# sort names.txt' }) do
      open(nvim, name, begin)
      served(nvim)
      nvim:type('Go') -- Vim goes on with the comment
      nvim:settle()
      nvim:type('<C-u>')
      take(nvim, name, name == 'sort.pl' and 'use strict;' or 'import fs from')
    end
    nvim:stop()
  end,
})

table.insert(cases, {
  'code that follows from code: by name, picked from a list, and as a code action',
  function()
    local text = 'import sys\n\n\nclass User:\n    name: str\n\n\ndef price(count: int) -> int:\n    return count\n'
    local nvim = h.start({ server = { binary, 'lsp' }, name = 'shop.py', text = text })
    served(nvim)
    local function wait_for(part)
      nvim:wait(part, function()
        return table.concat(nvim:lines(), '\n'):find(part, 1, true)
      end, SLOW)
    end
    nvim:lua("vim.api.nvim_win_set_cursor(0, { 4, 7 }); vim.cmd('Artel generate constructor')")
    wait_for('    name: str\n\n    def __init__(self, name: str) -> None:\n        self.name = name\n\n\ndef price')
    nvim:lua([[
      vim.ui.select = function(items, options, done)
        for i, item in ipairs(items) do
          if options.format_item(item) == 'text form for User' or (item[2] or {}).title == 'artel: Generate documentation for price' then
            return done(item, i)
          end
        end
      end]])
    nvim:lua("vim.cmd('Artel generate')")
    wait_for('    def __repr__(self) -> str:\n        return f"User(name={self.name!r})"')
    nvim:lua([[
      vim.fn.search('^def price')
      vim.lsp.buf.code_action({ context = { only = { 'refactor.rewrite' }, diagnostics = {} } })]])
    wait_for('    """Return the price.\n\n    Args:\n        count (int): The count.')
    nvim:lua("vim.cmd('Artel generate tests')")
    nvim:wait('a new file', function()
      local lines = nvim:lua([[
        local bufnr = vim.fn.bufnr('test_shop_price.py')
        return bufnr > 0 and table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') or '']])
      return lines:find('from shop import price', 1, true)
    end, SLOW)
    nvim:stop()
  end,
})

h.run(cases)
