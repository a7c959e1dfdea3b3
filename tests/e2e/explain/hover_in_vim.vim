" Vim with ALE, as Debian has them, hovers over a question mark of Rust: what artel says is shown.
" $ARTEL: the program; $ALE: the folder of ALE; $FOLDER: with load.rs, takes the file `shown`.
set nocompatible hidden
let g:ale_linters_explicit = 1
let g:ale_linters = {'rust': ['artel']}
let g:ale_hover_to_preview = 1
let &runtimepath = $ALE . ',' . &runtimepath . ',' . $ALE . '/after'
filetype plugin on
runtime plugin/ale.vim
call ale#linter#Define('rust', {'name': 'artel', 'lsp': 'stdio', 'executable': $ARTEL, 'command': '%e lsp',
    \ 'project_root': {_ -> $FOLDER}, 'initialization_options': {'hover': 'always', 'knownLanguages': ['python']}})
execute 'edit' $FOLDER . '/load.rs'
set filetype=rust
call cursor(2, 19)
for turn in range(300)
    if turn % 20 == 10
        ALEHover
    endif
    sleep 100m
    for number in range(1, winnr('$'))
        let lines = getbufline(winbufnr(number), 1, '$')
        if join(lines) =~# 'returns at once with it'
            call writefile(lines, $FOLDER . '/shown')
            qall!
        endif
    endfor
endfor
cquit
