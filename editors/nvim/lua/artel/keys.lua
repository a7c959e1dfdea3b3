-- The keys exist only while a suggestion is shown, in its buffer: at all other times, and in all
-- other buffers, a key does what it did before, without this plugin having to know what that was. A
-- buffer-local mapping that is in the way is put aside and put back.
local config = require('artel.config')
local api = vim.api

local M = {}

local MARK = 'artel: ' -- begins the description of our mappings
local installed -- { bufnr = , put_aside = { lhs -> mapping }, keys = { lhs, ... } } or nil

local descriptions = {
  accept = 'accept the suggestion',
  accept_word = 'accept one word of the suggestion',
  accept_line = 'accept one line of the suggestion',
  dismiss = 'dismiss the suggestion',
  next = 'next suggestion',
  previous = 'previous suggestion',
  ask = 'ask for suggestions',
}

M.actions = vim.tbl_keys(descriptions)
table.sort(M.actions)

local function each_key(action, fn)
  local key = config.get().keys[action]
  if type(key) == 'string' then
    fn(key)
  elseif type(key) == 'table' then
    for _, k in ipairs(key) do
      fn(k)
    end
  end
end

-- The mapping of the current buffer that `lhs` has, buffer-local or global, or nil.
local function mapping(lhs)
  local m = vim.fn.maparg(lhs, 'i', false, true)
  if vim.tbl_isempty(m) then
    return nil
  end
  if m.buffer == 1 then
    -- The same again, for 0.7's maparg() gives no Lua function.
    for _, same in ipairs(api.nvim_buf_get_keymap(0, 'i')) do
      if same.lhs == m.lhs then
        return same
      end
    end
  end
  return m
end

local function is_ours(m)
  return m and m.buffer == 1 and type(m.desc) == 'string' and m.desc:sub(1, #MARK) == MARK
end

--- Presses `lhs` for the user, as if nothing of ours were mapped to it.
local function pass_on(lhs)
  M.remove()
  api.nvim_feedkeys(api.nvim_replace_termcodes(lhs, true, true, true), 'mi', false)
end

local function map(bufnr, lhs, action, run)
  api.nvim_buf_set_keymap(bufnr, 'i', lhs, '', {
    noremap = true,
    silent = true,
    nowait = true,
    desc = MARK .. descriptions[action],
    callback = function()
      if not run(action) then
        pass_on(lhs)
      end
    end,
  })
end

--- Maps the keys in `bufnr`, the current buffer. `run(action)` says whether it did something; if
--- not, the key is passed on.
function M.install(bufnr, run)
  if installed and installed.bufnr == bufnr then
    return
  end
  M.remove()
  installed = { bufnr = bufnr, put_aside = {}, keys = {} }
  for action in pairs(descriptions) do
    if action ~= 'ask' then
      each_key(action, function(lhs)
        local m = mapping(lhs)
        if m and m.buffer == 1 and not is_ours(m) then
          installed.put_aside[lhs] = m
        end
        map(bufnr, lhs, action, run)
        table.insert(installed.keys, lhs)
      end)
    end
  end
end

-- mapset(), which does this, came only with 0.8.
local function put_back(bufnr, lhs, m)
  local rhs = (m.rhs or ''):gsub('<SID>', ('<SNR>%d_'):format(m.sid))
  api.nvim_buf_set_keymap(bufnr, 'i', lhs, m.callback and '' or rhs, {
    callback = m.callback,
    noremap = m.noremap == 1,
    script = m.script == 1,
    silent = m.silent == 1,
    expr = m.expr == 1,
    nowait = m.nowait == 1,
    desc = m.desc,
    replace_keycodes = m.replace_keycodes == 1 or nil, -- only where the version knows it
  })
end

local function remove_now(was)
  for _, lhs in ipairs(was.keys) do
    -- Another plugin may have mapped the key meanwhile: then it is no longer ours to remove.
    if is_ours(mapping(lhs)) then
      pcall(api.nvim_buf_del_keymap, was.bufnr, 'i', lhs)
      if was.put_aside[lhs] then
        put_back(was.bufnr, lhs, was.put_aside[lhs])
      end
    end
  end
end

function M.remove()
  local was = installed
  installed = nil
  if was and api.nvim_buf_is_loaded(was.bufnr) then
    api.nvim_buf_call(was.bufnr, function()
      remove_now(was)
    end)
  end
end

--- The key that asks is there all the time, unless something else is mapped to it.
function M.install_ask(bufnr, run)
  api.nvim_buf_call(bufnr, function()
    each_key('ask', function(lhs)
      if not mapping(lhs) then
        map(bufnr, lhs, 'ask', run)
      end
    end)
  end)
end

function M.remove_ask(bufnr)
  if not api.nvim_buf_is_loaded(bufnr) then
    return
  end
  api.nvim_buf_call(bufnr, function()
    each_key('ask', function(lhs)
      if is_ours(mapping(lhs)) then
        pcall(api.nvim_buf_del_keymap, bufnr, 'i', lhs)
      end
    end)
  end)
end

--- <Plug>(artel-accept) and so on, for users' own mappings.
function M.define_plugs(run)
  for action, description in pairs(descriptions) do
    api.nvim_set_keymap('i', '<Plug>(artel-' .. action:gsub('_', '-') .. ')', '', {
      noremap = true,
      silent = true,
      desc = MARK .. description,
      callback = function()
        run(action)
      end,
    })
  end
end

return M
