" artel for Vim 9: inline completion from the program on this machine. See editors/vim/README.md.
if exists('g:loaded_artel') || has('nvim')
  finish
endif
let g:loaded_artel = 1
if !has('patch-9.0.0185') || !has('job') || !has('textprop')
  echohl WarningMsg | echomsg 'artel: needs Vim 9.0.0185 or newer with +job and +textprop' | echohl None
  finish
endif

command! -nargs=1 -complete=customlist,artel#names Artel call artel#command(<q-args>)

inoremap <silent> <Plug>(artel-accept) <Cmd>call artel#accept('all')<CR>
inoremap <silent> <Plug>(artel-accept-word) <Cmd>call artel#accept('word')<CR>
inoremap <silent> <Plug>(artel-dismiss) <Cmd>call artel#dismiss()<CR>
inoremap <silent> <Plug>(artel-ask) <Cmd>call artel#ask(v:true)<CR>

" Grey, and again behind each colour scheme, which clears what is not its own.
function! s:colour() abort
  execute 'highlight default ArtelGhost ctermfg=' .. (&t_Co >= 256 ? 244 : 'DarkGrey') .. ' guifg=#808080'
endfunction
call s:colour()

if get(g:, 'artel_map_keys', 1)
  let s:tab = maparg('<Tab>', 'i', 0, 1)
  if empty(s:tab)
    imap <expr> <Tab> artel#visible() ? "\<Plug>(artel-accept)" : "\<Tab>"
  endif
  if empty(maparg('<C-]>', 'i'))
    imap <expr> <C-]> artel#visible() ? "\<Plug>(artel-dismiss)" : "\<C-]>"
  endif
  imap <M-Right> <Plug>(artel-accept-word)
  imap <M-Bslash> <Plug>(artel-ask)
endif

augroup artel
  autocmd!
  autocmd ColorScheme * call s:colour()
  autocmd InsertEnter * call artel#ask(v:false)
  autocmd TextChangedI * call artel#ask(v:false)
  autocmd CursorMovedI * call artel#moved()
  autocmd InsertLeave * call artel#dismiss()
  autocmd BufUnload * call artel#close(str2nr(expand('<abuf>')))
augroup END
