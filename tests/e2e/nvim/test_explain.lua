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
          local actions = capabilities.codeActionProvider or capabilities.code_action
          return ((capabilities.hoverProvider or capabilities.hover) and actions) and true or false
        end
      end
      return false]])
  end, SLOW)
  nvim:lua([[vim.api.nvim_win_set_cursor(0, { 2, 18 })]]) -- on the question mark
  return nvim
end

--- The text of the floating window; '' while there is none.
local function floating(nvim)
  return nvim:lua([[
    for _, w in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(w).relative ~= '' then
        return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false), '\n')
      end
    end
    return '']])
end

table.insert(cases, {
  'a hover says what the construct does here, and how it is in a language that the user knows',
  function()
    local nvim = start()
    nvim:lua('vim.lsp.buf.hover()')
    local shown
    nvim:wait('a window with the explanation', function()
      shown = floating(nvim)
      return shown:find('returns at once with it', 1, true)
    end, SLOW)
    h.equal(shown:find('load', 1, true) ~= nil, true, 'the name of the function around')
    h.equal(shown:find('In Python', 1, true) ~= nil, true, 'the comparison')
    nvim:stop()
  end,
})

table.insert(cases, {
  'the code action "Explain this" shows the same beside the cursor',
  function()
    local nvim = start()
    nvim:lua([[
      vim.ui.select = function(items, options, done)
        for i, item in ipairs(items) do
          if options.format_item(item):find('Explain this', 1, true) then
            return done(item, i)
          end
        end
        error('no such action')
      end
      vim.lsp.buf.code_action()]])
    nvim:wait('a window with the explanation', function()
      return floating(nvim):find('returns at once with it', 1, true)
    end, SLOW)
    nvim:stop()
  end,
})

table.insert(cases, {
  'ten programs in ten languages: each line is explained',
  function()
    local here = debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$')
    local folder = vim.fn.fnamemodify(here .. '/../../data/explain/lines', ':p')
    local nvim = start()
    local n_lines, n_programs = 0, 0
    for _, path in ipairs(vim.fn.glob(folder .. '/*', false, true)) do
      if not path:match('%.said$') then
        local silent = nvim:lua(
          [[
          vim.o.hidden = true
          vim.cmd('edit ' .. vim.fn.fnameescape(...))
          -- The plugin attaches when it has seen the buffer; Neovim 0.7 knows no file type for some.
          local client
          vim.wait(10000, function()
            local get = vim.lsp.get_clients or vim.lsp.buf_get_clients
            _, client = next(get(vim.lsp.get_clients and { bufnr = 0 } or 0))
            return client ~= nil
          end, 10)
          if not client then
            return { 'no server for ' .. vim.bo.filetype }
          end
          local silent = {}
          for line, text in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
            local range = { start = { line = line - 1, character = 0 }, ['end'] = { line = line - 1, character = #text } }
            local answer = vim.lsp.buf_request_sync(0, 'workspace/executeCommand', {
              command = 'artel.explain',
              arguments = { { uri = vim.uri_from_bufnr(0), range = range } },
            }, 10000)
            answer = answer and answer[client.id]
            if text ~= '' and not (answer and answer.result and #answer.result.value > 20) then
              table.insert(silent, line .. ': ' .. text)
            end
          end
          _G.lines = vim.api.nvim_buf_line_count(0)
          return silent]],
          path
        )
        h.equal(table.concat(silent, '\n'), '', path)
        n_lines = n_lines + nvim:lua('return _G.lines')
        n_programs = n_programs + 1
      end
    end
    h.equal(n_programs, 10, 'programs')
    h.equal(n_lines > 600, true, 'lines')
    nvim:stop()
  end,
})

h.run(cases)
