" The client: one server, the buffers that were typed in, one suggestion at a time. What is suggested, and what is left
" of it as the user types along, is the server's business.
let s:job = v:null
let s:ready = v:false
let s:open = {}        " buffer number -> version last sent
let s:tick = {}        " buffer number -> changedtick last sent
let s:shown = {}       " bufnr, lnum, col (bytes from 0), item
let s:asked = 0
let s:failed = ''
let s:dir = fnamemodify(resolve(expand('<sfile>:p')), ':h:h:h:h')

function! s:program() abort
  if exists('g:artel_path')
    return expand(g:artel_path)
  endif
  let built = s:dir .. '/build/release/lsp/artel'
  return executable(built) ? built : 'artel'
endfunction

function! s:channel() abort
  return job_getchannel(s:job)
endfunction

function! s:notify(method, params) abort
  call ch_sendexpr(s:channel(), {'method': a:method, 'params': a:params})
endfunction

function! s:start() abort
  if s:job isnot v:null || s:failed !=# ''
    return
  endif
  let program = s:program()
  if !executable(program)
    let s:failed = 'the program ' .. program .. ' is not there; build it with ./try, or set g:artel_path'
    return
  endif
  let s:job = job_start([program, 'lsp'], {'mode': 'lsp', 'err_io': 'null', 'out_cb': function('s:message'),
        \ 'exit_cb': function('s:ended'), 'noblock': 1})
  call ch_sendexpr(s:channel(), {'method': 'initialize', 'params': {
        \ 'processId': getpid(), 'clientInfo': {'name': 'Vim', 'version': string(v:versionlong)},
        \ 'workspaceFolders': [{'uri': s:uri(getcwd()), 'name': fnamemodify(getcwd(), ':t')}],
        \ 'initializationOptions': get(g:, 'artel_settings', {}),
        \ 'capabilities': {'general': {'positionEncodings': ['utf-8']}, 'textDocument': {'inlineCompletion': {}}},
        \ }}, {'callback': function('s:initialized')})
endfunction

function! s:initialized(channel, reply) abort
  let s:ready = v:true
  call s:notify('initialized', {})
  if mode() =~# '^i'
    call artel#ask(v:false)
  endif
endfunction

" Requests of the server are answered, so that it does not wait; its log is kept for :Artel log.
let s:log = []
function! s:message(channel, message) abort
  if type(a:message) != v:t_dict
    return
  endif
  if get(a:message, 'method', '') =~# '^window/\(log\|show\)Message$'
    let s:log = (s:log + [a:message.params.message])[-200 :]
  elseif has_key(a:message, 'id') && has_key(a:message, 'method')
    call ch_sendexpr(a:channel, {'id': a:message.id, 'result': v:null})
  endif
endfunction

function! s:ended(job, status) abort
  if a:job is s:job
    let s:failed = 'the server ended with status ' .. a:status .. '; :Artel restart starts it again'
    call s:forget()
  endif
endfunction

function! s:forget() abort
  let [s:job, s:ready, s:open, s:tick] = [v:null, v:false, {}, {}]
  call artel#dismiss()
endfunction

function! s:uri(path) abort
  return 'file://' .. substitute(a:path, '[^A-Za-z0-9/._~-]', '\=s:escape(submatch(0))', 'g')
endfunction

function! s:escape(char) abort
  return join(map(range(len(a:char)), {_, i -> printf('%%%02X', char2nr(strpart(a:char, i, 1), 0))}), '')
endfunction

function! s:document() abort
  return {'uri': s:uri(expand('%:p') ==# '' ? '/untitled/' .. bufnr() : expand('%:p'))}
endfunction

function! s:sync() abort
  let buffer = bufnr()
  if get(s:tick, buffer, -1) == b:changedtick
    return
  endif
  let text = join(getline(1, '$'), "\n") .. "\n"
  if !has_key(s:open, buffer)
    let s:open[buffer] = 1
    call s:notify('textDocument/didOpen', {'textDocument': extend(s:document(),
          \ {'languageId': &filetype, 'version': 1, 'text': text})})
  else
    let s:open[buffer] += 1
    call s:notify('textDocument/didChange', {'textDocument': extend(s:document(), {'version': s:open[buffer]}),
          \ 'contentChanges': [{'text': text}]})
  endif
  let s:tick[buffer] = b:changedtick
endfunction

function! s:silent() abort
  return !get(g:, 'artel_enabled', 1) || !get(b:, 'artel_enabled', 1) || &buftype !=# '' || reg_recording() !=# ''
        \ || index(get(g:, 'artel_exclude_filetypes', []), &filetype) >= 0
endfunction

" Asks for what may stand at the cursor; the answer shows itself, if nothing changed meanwhile.
function! artel#ask(invoked) abort
  call artel#dismiss()
  if s:silent() || pumvisible()
    return
  endif
  call s:start()
  if !s:ready
    return
  endif
  call s:sync()
  let s:asked += 1
  let place = {'bufnr': bufnr(), 'lnum': line('.'), 'col': col('.') - 1, 'tick': b:changedtick, 'number': s:asked}
  call ch_sendexpr(s:channel(), {'method': 'textDocument/inlineCompletion', 'params': {
        \ 'textDocument': s:document(), 'position': {'line': place.lnum - 1, 'character': place.col},
        \ 'context': {'triggerKind': a:invoked ? 1 : 2}}}, {'callback': function('s:answered', [place])})
endfunction

function! s:answered(place, channel, reply) abort
  let result = get(a:reply, 'result', v:null)
  if type(result) != v:t_dict || empty(result.items) || a:place.number != s:asked || mode() !~# '^i'
        \ || bufnr() != a:place.bufnr || b:changedtick != a:place.tick || line('.') != a:place.lnum
        \ || col('.') - 1 != a:place.col
    return
  endif
  let s:shown = extend(a:place, {'item': result.items[0]})
  let item = result.items[0]
  let typed = strpart(getline('.'), item.range.start.character, a:place.col - item.range.start.character)
  let lines = split(item.insertText, "\n", 1)
  let head = stridx(lines[0], typed) == 0 ? strpart(lines[0], len(typed)) : ' -> ' .. lines[0]
  " What the editor itself has closed behind the cursor stays visible: it is not said twice.
  let covered = strpart(getline('.'), a:place.col, item.range.end.character - a:place.col)
  if covered !=# '' && strpart(head, len(head) - len(covered)) ==# covered
    let head = strpart(head, 0, len(head) - len(covered))
  endif
  call prop_type_add('artel_ghost', {'highlight': 'ArtelGhost', 'bufnr': a:place.bufnr})
  if head !=# ''
    call prop_add(a:place.lnum, a:place.col + 1, {'type': 'artel_ghost', 'text': head})
  endif
  for more in lines[1:]
    call prop_add(a:place.lnum, 0, {'type': 'artel_ghost', 'text': more ==# '' ? ' ' : more, 'text_align': 'below'})
  endfor
endfunction

function! artel#visible() abort
  return !empty(s:shown)
endfunction

" What is offered at the cursor, for status lines and tests.
function! artel#suggestion() abort
  return empty(s:shown) ? '' : s:shown.item.insertText
endfunction

function! artel#dismiss() abort
  let s:asked += 1
  if empty(s:shown)
    return
  endif
  let buffer = s:shown.bufnr
  let s:shown = {}
  if bufexists(buffer) && !empty(prop_type_get('artel_ghost', {'bufnr': buffer}))
    call prop_remove({'type': 'artel_ghost', 'bufnr': buffer, 'all': 1})
    call prop_type_delete('artel_ghost', {'bufnr': buffer})
  endif
endfunction

function! artel#moved() abort
  if !empty(s:shown) && (bufnr() != s:shown.bufnr || line('.') != s:shown.lnum || col('.') - 1 != s:shown.col)
    call artel#dismiss()
  endif
endfunction

" Takes the suggestion, or its next word.
function! artel#accept(what) abort
  if empty(s:shown)
    return
  endif
  let [item, place] = [s:shown.item, s:shown]
  call artel#dismiss()
  let line = getline(place.lnum)
  let [from, to] = [item.range.start.character, item.range.end.character]
  let text = item.insertText
  if a:what ==# 'word'
    let typed = strpart(line, from, place.col - from)
    let rest = stridx(text, typed) == 0 ? strpart(text, len(typed)) : text
    let text = (stridx(text, typed) == 0 ? typed : '') .. matchstr(rest, '^\_s*\%(\k\+\|[^[:keyword:][:space:]]\+\)')
    if text !=# item.insertText
      let to = place.col
    endif
  endif
  let lines = split(text, "\n", 1)
  let tail = strpart(line, to)
  let column = (len(lines) == 1 ? from : 0) + len(lines[-1])
  let lines[0] = strpart(line, 0, from) .. lines[0]
  let lines[-1] ..= tail
  call setline(place.lnum, lines[0])
  call append(place.lnum, lines[1:])
  call cursor(place.lnum + len(lines) - 1, column + 1)
  if text ==# item.insertText && has_key(item, 'command')
    call s:sync()
    call ch_sendexpr(s:channel(), {'method': 'workspace/executeCommand', 'params': {
          \ 'command': item.command.command, 'arguments': get(item.command, 'arguments', [])}},
          \ {'callback': {channel, reply -> 0}})
  endif
  call artel#ask(v:false)
endfunction

function! artel#close(buffer) abort
  if has_key(s:open, a:buffer)
    if s:ready
      let path = fnamemodify(bufname(a:buffer), ':p')
      call s:notify('textDocument/didClose',
            \ {'textDocument': {'uri': s:uri(bufname(a:buffer) ==# '' ? '/untitled/' .. a:buffer : path)}})
    endif
    call remove(s:open, a:buffer)
    call remove(s:tick, a:buffer)
  endif
endfunction

function! artel#status() abort
  if s:failed !=# ''
    return 'artel: ' .. s:failed
  elseif s:silent()
    return 'artel: silent in this buffer (switched off, a macro is recorded, or no file)'
  endif
  return 'artel: ' .. (s:ready ? 'running, ' .. s:program() : 'starts with the first key in insert mode')
endfunction

" Where the last suggestion of the buffer came from, what was done to it, and how long it took.
function! artel#why() abort
  if !s:ready || !has_key(s:open, bufnr())
    return artel#status()
  endif
  let reply = ch_evalexpr(s:channel(), {'method': 'workspace/executeCommand', 'params': {
        \ 'command': 'artel.why', 'arguments': [{'uri': s:document().uri}]}}, {'timeout': 2000})
  return type(reply) == v:t_dict ? trim(get(reply, 'result', get(reply, 'error', {'message': ''}).message)) : 'artel: no answer'
endfunction

let s:names = ['status', 'why', 'enable', 'disable', 'toggle', 'restart', 'log']
function! artel#names(lead, line, position) abort
  return filter(copy(s:names), {_, name -> stridx(name, a:lead) == 0})
endfunction

function! artel#command(name) abort
  if a:name ==# 'status'
    echo artel#status()
  elseif a:name ==# 'why'
    echo artel#why()
  elseif a:name ==# 'log'
    echo join(s:log, "\n")
  elseif a:name ==# 'restart'
    let old = s:job
    let s:failed = ''
    call s:forget()
    if old isnot v:null
      call job_stop(old)
    endif
  elseif index(s:names, a:name) >= 0
    let g:artel_enabled = a:name ==# 'toggle' ? !get(g:, 'artel_enabled', 1) : a:name ==# 'enable'
    call artel#dismiss()
    echo 'artel: ' .. (g:artel_enabled ? 'on' : 'off')
  else
    echoerr 'artel: there is no command ' .. a:name
  endif
endfunction
