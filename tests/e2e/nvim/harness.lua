-- Drives a second, real Neovim as a user would: keys go in through nvim_input, what is checked is
-- its buffer, its extmarks and its screen. Run by `nvim --headless -u NONE -i NONE -S`, any
-- version from 0.7. Each case gets a fresh Neovim, a fresh profile and a fresh project in a folder
-- of its own.
local M = {}

local here = debug.getinfo(1, 'S').source:sub(2):match('^(.*)/[^/]*$')
local plugin = vim.fn.fnamemodify(here .. '/../../../editors/nvim', ':p'):gsub('/$', '')
local program = vim.env.ARTEL_NVIM or 'nvim'

local Child = {}
Child.__index = Child

local function write(path, text)
  local f = assert(io.open(path, 'wb'))
  f:write(text)
  f:close()
end

local function read(path)
  local f = io.open(path, 'rb')
  local text = f and f:read('*a') or ''
  if f then
    f:close()
  end
  return text
end

--- prepare: a function that installs the plugin, given this; else it is put on the runtime path.
--- options: settings (g:artel), rules, encoding, text (of the file), name, before (Lua source run
--- before plugins are loaded), server (command line instead of the fake server), after (Lua source
--- run after)
function M.start(options)
  local self = setmetatable({}, Child)
  self.dir = vim.fn.tempname()
  self.script = self.dir .. '/script.json'
  self.log_path = self.dir .. '/log.jsonl'
  vim.fn.mkdir(self.dir .. '/project/.git', 'p')
  for _, name in ipairs({ 'config', 'data', 'state', 'cache', 'run' }) do
    vim.fn.mkdir(self.dir .. '/' .. name, 'p', 448)
  end
  self.encoding = options.encoding
  self:rules(options.rules or {})
  local settings = vim.tbl_deep_extend('force', { interface = 'own' }, options.settings or {})
  if options.settings ~= false and settings.cmd == nil then
    settings.cmd = options.server or { 'python3', here .. '/fake_server.py', self.script, self.log_path }
  end
  local file = self.dir .. '/project/' .. (options.name or 'sample.c')
  write(file, options.text or '')
  if options.prepare then
    options.prepare(self)
  end
  local init = self.dir .. '/init.lua'
  write(init, table.concat({
    'vim.opt.shortmess:append("I")',
    'vim.opt.swapfile = false',
    options.settings == false and '' or 'vim.g.artel = ' .. vim.inspect(settings),
    [[
      _G.said = {}
      local notify = vim.notify
      vim.notify = function(message, level, options)
        table.insert(_G.said, message)
        return notify(message, level, options)
      end
    ]],
    options.before or '',
    options.prepare and '' or ('vim.opt.runtimepath:prepend(%q)'):format(plugin),
  }, '\n'))
  self.job = vim.fn.jobstart({ program, '--embed', '--headless', '-i', 'NONE', '-u', init, file }, {
    rpc = true,
    cwd = self.dir .. '/project',
    env = {
      HOME = self.dir,
      XDG_CONFIG_HOME = self.dir .. '/config',
      XDG_DATA_HOME = self.dir .. '/data',
      XDG_STATE_HOME = self.dir .. '/state',
      XDG_CACHE_HOME = self.dir .. '/cache',
      XDG_RUNTIME_DIR = self.dir .. '/run',
      XDG_CONFIG_DIRS = self.dir .. '/config',
      XDG_DATA_DIRS = self.dir .. '/data',
      NVIM_LOG_FILE = self.dir .. '/nvim.log',
    },
    on_stderr = function(_, data)
      self.stderr = (self.stderr or '') .. table.concat(data, '\n')
    end,
  })
  assert(self.job > 0, 'cannot start ' .. program)
  M.current = self
  if options.after then
    self:lua(options.after)
  end
  if not options.no_server then
    self:wait('the server sees the file', function()
      return self:lua([[
        local client = require('artel.server').client(vim.api.nvim_get_current_buf())
        return client ~= nil and client.attached_buffers[vim.api.nvim_get_current_buf()] ~= nil
      ]])
    end)
  end
  return self
end

function Child:rules(rules)
  self.rule_list = rules
  write(self.script .. '.new', vim.fn.json_encode({ rules = rules, encoding = self.encoding or 'utf-16' }))
  assert(os.rename(self.script .. '.new', self.script))
end

function Child:call(method, ...)
  if method ~= 'nvim_input' and method ~= 'nvim_get_mode' then
    -- A Neovim that waits for an answer ("Press ENTER") answers nothing else: better fail than
    -- hang.
    local free = vim.wait(2000, function()
      return not vim.rpcrequest(self.job, 'nvim_get_mode').blocking
    end, 5)
    if not free then
      error('Neovim waits at a prompt: ' .. vim.inspect(vim.rpcrequest(self.job, 'nvim_get_mode')), 2)
    end
  end
  return vim.rpcrequest(self.job, method, ...)
end

function Child:lua(source, ...)
  return self:call('nvim_exec_lua', source, { ... })
end

--- Types keys, as nvim_input takes them.
function Child:type(keys)
  self:call('nvim_input', keys)
  -- Answered only after the keys have been taken in.
  self:call('nvim_get_mode')
end

--- Types keys one at a time, as people do.
function Child:type_slowly(keys, pause_ms)
  for key in keys:gmatch('<[^>]+>') do
    error('one character at a time, not ' .. key)
  end
  for _, c in ipairs(require('artel.text').chars(keys)) do
    self:type(c == '<' and '<lt>' or c)
    vim.wait(pause_ms or 15)
  end
end

function Child:lines()
  return self:call('nvim_buf_get_lines', 0, 0, -1, false)
end

function Child:text()
  return table.concat(self:lines(), '\n')
end

function Child:cursor()
  local pos = self:call('nvim_win_get_cursor', 0)
  return pos[1] .. ':' .. pos[2]
end

--- What is drawn in the current buffer: virtual text and lines, in order; '' when nothing is.
function Child:ghost()
  return self:lua([[
    local out = {}
    for _, name in ipairs({ 'artel', 'nvim.lsp.inline_completion' }) do
      local namespace = vim.api.nvim_get_namespaces()[name]
      for _, mark in ipairs(namespace and vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true }) or {}) do
        for _, chunk in ipairs(mark[4].virt_text or {}) do
          if chunk[2] == 'ArtelSuggestion' or chunk[2] == 'ComplHint' then
            table.insert(out, chunk[1])
          end
        end
        for _, line in ipairs(mark[4].virt_lines or {}) do
          table.insert(out, '\n')
          for _, chunk in ipairs(line) do
            if chunk[2] == 'ArtelSuggestion' or chunk[2] == 'ComplHint' then
              table.insert(out, chunk[1])
            end
          end
        end
      end
    end
    return table.concat(out)
  ]])
end

--- Row `row` (from 1) of the screen, without spaces at the end.
function Child:screen(row)
  return (self:lua([[
    vim.cmd('redraw')
    local out = {}
    for col = 1, vim.o.columns do
      out[col] = vim.fn.screenstring(..., col)
    end
    return table.concat(out)
  ]], row):gsub('%s+$', ''))
end

function Child:wait(what, condition, timeout_ms)
  local value, late
  -- Neovim 0.7 counts whole milliseconds of each look, quick ones not at all: the clock decides.
  local deadline = vim.loop.hrtime() + (timeout_ms or 30000) * 1e6
  vim.wait((timeout_ms or 30000) + 1000, function()
    value = condition()
    late = vim.loop.hrtime() > deadline
    return value or late
  end, 5)
  if not value then
    error(('waited in vain until %s\n  lines: %s\n  ghost: %s\n  mode: %s\n  log: %s'):format(
      what,
      vim.inspect(self:lines()),
      vim.inspect(self:ghost()),
      vim.inspect(self:call('nvim_get_mode')),
      vim.inspect(self:lua("return require('artel.log').lines()"))
    ), 2)
  end
  return value
end

function Child:wait_ghost(expected)
  self:wait('the ghost text is ' .. vim.inspect(expected), function()
    return self:ghost() == expected
  end)
end

--- Waits long enough for an event that must not come.
function Child:settle(ms)
  vim.wait(ms or 60)
end

function Child:log(event)
  local out = {}
  for line in read(self.log_path):gmatch('[^\n]+') do
    local ok, entry = pcall(vim.fn.json_decode, line)
    if ok and (event == nil or entry.event == event) then
      out[#out + 1] = entry
    end
  end
  return out
end

function Child:said()
  return self:lua('return _G.said')
end

function Child:kill()
  vim.fn.jobstop(self.job)
  vim.fn.delete(self.dir, 'rf')
end

--- Ends Neovim; checks that nothing was wrong behind the scenes.
function Child:stop()
  local errmsg = self:call('nvim_get_vvar', 'errmsg')
  local violations = self:log('violation')
  pcall(self.call, self, 'nvim_command', 'qall!')
  local rc = vim.fn.jobwait({ self.job }, 3000)[1]
  if rc == -1 then
    vim.fn.jobstop(self.job)
  end
  vim.fn.delete(self.dir, 'rf')
  M.equal(errmsg, '', 'v:errmsg')
  M.equal(violations, {}, 'protocol violations')
  assert(rc ~= -1, 'Neovim did not end')
end

function M.equal(got, expected, what)
  if not vim.deep_equal(got, expected) then
    error(('%s\n  expected %s\n  got      %s'):format(
      what or 'not equal',
      vim.inspect(expected),
      vim.inspect(got)
    ), 2)
  end
end

--- Runs `cases`, { { name, function }, ... }; those whose name contains $ARTEL_ONLY, if set. Ends
--- this Neovim with 0 or 1.
function M.run(cases)
  local failed, passed = 0, 0
  for _, case in ipairs(cases) do
    if failed >= 5 then
      io.stdout:write('too many failures\n')
      break
    end
    if not vim.env.ARTEL_ONLY or case[1]:find(vim.env.ARTEL_ONLY, 1, true) then
      local ok, why = xpcall(case[2], function(e)
        return vim.env.ARTEL_TRACE and debug.traceback(e) or e
      end)
      io.stdout:write(('%s %s\n'):format(ok and 'ok  ' or 'FAIL', case[1]))
      if M.current then
        M.current:kill()
        M.current = nil
      end
      if not ok then
        io.stdout:write('  ' .. tostring(why):gsub('\n', '\n  ') .. '\n')
        failed = failed + 1
      else
        passed = passed + 1
      end
      io.stdout:flush()
    end
  end
  io.stdout:write(('%d passed, %d failed\n'):format(passed, failed))
  vim.cmd(failed == 0 and passed > 0 and 'qall!' or 'cquit 1')
end

M.plugin = plugin
M.here = here
package.path = plugin .. '/lua/?.lua;' .. package.path
return M
