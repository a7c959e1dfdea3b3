-- The plugin with the real program, ARTEL_BINARY, and its embedded model, in Neovim as a user has
-- it: what the model says is its business, what becomes of it in the buffer is checked.
local h = dofile(debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$') .. '/harness.lua')

local binary = vim.env.ARTEL_BINARY
if not binary or vim.fn.executable(binary) == 0 then
  io.stdout:write('skipped: the program artel is not built (ARTEL_BINARY)\n')
  vim.cmd('cquit 77')
end

local TEXT = [[
#include <stdio.h>

static int add(int a, int b)
{
    return a + b;
}

static int subtract(int a, int b)
{
]]

local SLOW = 60000 -- a build with sanitizers reads the prompt in seconds

local cases = {}
for _, interface in ipairs(vim.lsp.inline_completion and { 'own', 'builtin' } or { 'own' }) do
  local function start(more)
    return h.start(vim.tbl_extend('force', {
      settings = { interface = interface, server = { budgetMs = 0 } },
      server = { binary, 'lsp' },
      text = TEXT,
    }, more or {}))
  end
  local function add(name, run)
    table.insert(cases, {
      interface .. ': ' .. name,
      function()
        local nvim = start()
        run(nvim)
        nvim:stop()
      end,
    })
  end
  local function wait_some(nvim)
    local ghost
    nvim:wait('something is suggested', function()
      ghost = nvim:ghost()
      return ghost ~= ''
    end, SLOW)
    nvim:settle()
    return nvim:ghost()
  end

  add('type, see, accept, undo', function(nvim)
    nvim:type('Go<C-u>    return a')
    local ghost = wait_some(nvim)
    local before = nvim:text()
    nvim:type('<Tab>')
    -- Nothing is behind the cursor in its line, so what is shown is what is inserted.
    h.equal(nvim:text(), before .. ghost, 'accepted text')
    nvim:type('<Esc>u')
    h.equal(nvim:text(), before, 'after undo')
  end)

  if interface == 'own' then
    add('type along: the suggestion shrinks by what was typed', function(nvim)
      nvim:type('Go<C-u>    return a')
      local ghost = wait_some(nvim)
      local c = ghost:sub(1, 1)
      assert(c:match('[^%c\128-\255]'), 'a suggestion that starts with ' .. vim.inspect(c))
      nvim:type(c == '<' and '<lt>' or c)
      h.equal(nvim:ghost(), ghost:sub(2))
    end)

    add('tells where a suggestion came from', function(nvim)
      nvim:type('Go<C-u>    return a')
      wait_some(nvim)
      nvim:lua("vim.cmd('Artel why')")
      local said = ''
      nvim:wait('the reason', function()
        said = nvim:lua([[
          for _, w in ipairs(vim.api.nvim_list_wins()) do
            if vim.api.nvim_win_get_config(w).relative ~= '' then
              return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false), '\n')
            end
          end
          return ''
        ]])
        return said ~= ''
      end)
      assert(said:find('shown: ', 1, true) and said:find('time: ', 1, true), said)
    end)

    add('accept by word until nothing is left gives the whole', function(nvim)
      nvim:type('Go<C-u>    return a')
      local ghost = wait_some(nvim)
      local want = '    return a' .. ghost:match('^[^\n]*')
      local n = 0
      while nvim:lines()[10] ~= want and n < 50 do
        nvim:type('<M-Right>')
        n = n + 1
      end
      h.equal(nvim:lines()[10], want)
    end)
  end

  add('typing fast over it loses and adds nothing', function(nvim)
    local line = 'int total = subtract(add(1, 2), 3); /* äö😀 */'
    nvim:type('Go<C-u>')
    nvim:type_slowly(line, 5)
    h.equal(nvim:lines()[10], line)
    nvim:type('<Esc>')
    h.equal(nvim:ghost(), '')
    h.equal(nvim:said(), {})
  end)
end

h.run(cases)
