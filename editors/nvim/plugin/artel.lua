-- Loaded by Neovim at start. Everything else is loaded when the first file is opened.
if vim.g.loaded_artel then
  return
end
vim.g.loaded_artel = true

if vim.fn.has('nvim-0.7') == 0 then
  vim.api.nvim_echo({ { 'artel: needs Neovim 0.7 or newer', 'WarningMsg' } }, true, {})
  return
end

require('artel').start()
