-- Explanations by Neovim's own hover, with the real program, ARTEL_BINARY: nothing of
-- it is in the plugin.
local h = dofile(debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$') .. '/harness.lua')

local binary = vim.env.ARTEL_BINARY
if not binary or vim.fn.executable(binary) == 0 then
  io.stdout:write('skipped: the program artel is not built (ARTEL_BINARY)\n')
  vim.cmd('cquit 77')
end

local SLOW = 60000 -- the model is loaded meanwhile
local cases = {}

local function start()
  local nvim = h.start({
    server = { binary, 'lsp' },
    name = 'load.rs',
    text = 'fn load() -> Result<i32, E> {\n    let n = read()?;\n    Ok(n)\n}\n',
    settings = { server = { hover = 'always', knownLanguages = { 'python' } } },
  })
  nvim:wait('the server serves', function()
    return nvim:lua([[
      local get = vim.lsp.get_clients or vim.lsp.buf_get_clients
      for _, client in pairs(get(0)) do
        if client.name == 'artel' then
          local capabilities = client.server_capabilities or client.resolved_capabilities
          return (capabilities.hoverProvider or capabilities.hover) and true or false
        end
      end
      return false]])
  end, SLOW)
  nvim:lua([[vim.api.nvim_win_set_cursor(0, { 2, 18 })]]) -- on the question mark
  return nvim
end

table.insert(cases, {
  'a hover says what the construct does here, and how it is in a language that the user knows',
  function()
    local nvim = start()
    nvim:lua('vim.lsp.buf.hover()')
    local shown
    nvim:wait('a window with the explanation', function()
      shown = nvim:lua([[
        for _, w in ipairs(vim.api.nvim_list_wins()) do
          if vim.api.nvim_win_get_config(w).relative ~= '' then
            return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false), '\n')
          end
        end
        return '']])
      return shown:find('returns at once with it', 1, true)
    end, SLOW)
    h.equal(shown:find('load', 1, true) ~= nil, true, 'the name of the function around')
    h.equal(shown:find('In Python', 1, true) ~= nil, true, 'the comparison')
    nvim:stop()
  end,
})

h.run(cases)
