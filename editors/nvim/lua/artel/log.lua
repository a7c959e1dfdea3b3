-- The last things that happened, for :Artel log.
local M = {}

local MAX = 400
local lines = {}

function M.add(kind, message)
  for _, line in ipairs(vim.split(tostring(message), '\n', { plain = true, trimempty = true })) do
    lines[#lines + 1] = os.date('%H:%M:%S ') .. kind .. ': ' .. line
    if #lines > MAX then
      table.remove(lines, 1)
    end
  end
end

function M.lines()
  return lines
end

--- Tells the user, in one line: more would stop him with a prompt while he types.
function M.notify(message, level)
  M.add('said', message)
  vim.schedule(function()
    vim.notify('artel: ' .. message, level or vim.log.levels.WARN)
  end)
end

return M
