"""Vim with the client of editors/vim and the real program, typed into through a terminal. usage: test_vim.py ARTEL"""
import json
import os
import sys

from terminal import ROOT, TEXT, Editor, need, profile, read

sys.path.insert(0, os.path.join(ROOT, "tests", "clients"))
import vim as real_vim  # noqa: E402

need(real_vim.find() or "vim", "vim")
artel = os.path.abspath(sys.argv[1])
with profile() as home:
    state, file = os.path.join(home, "state"), os.path.join(home, "a b\u00e9.c")
    with open(file, "w", encoding="utf-8") as f:
        f.write(TEXT)
    with open(os.path.join(home, "vimrc"), "w", encoding="utf-8") as f:
        f.write(f"""set nocompatible encoding=utf-8 noswapfile timeoutlen=100 ttimeoutlen=10
let g:artel_path = {json.dumps(artel)}
let g:artel_settings = {{'budgetMs': 0}}
set runtimepath^={ROOT}/editors/vim
inoremap <expr> <C-]> artel#visible() ? "\\<Plug>(artel-dismiss)" : "\\<C-]>"
function! Dump(timer)
  let ghost = empty(prop_type_get('artel_ghost', {{'bufnr': bufnr()}})) ? [] : prop_list(1, {{'end_lnum': -1, 'types': ['artel_ghost']}})
  call writefile([json_encode({{'mode': mode(), 'line': getline('.'), 'text': artel#suggestion(),
        \\ 'ghost': len(ghost), 'status': artel#status()}})], {json.dumps(state + "~")})
  call rename({json.dumps(state + "~")}, {json.dumps(state)})
endfunction
autocmd VimEnter * call timer_start(50, function('Dump'), {{'repeat': -1}})
""")

    last = {"mode": "", "line": "", "text": "", "ghost": 0}

    def now():
        last.update(json.loads(read(state) or "{}"))  # Vim's rename() leaves a moment without the file
        return dict(last)

    with Editor(home, [real_vim.find(), "-Nu", os.path.join(home, "vimrc"), "-i", "NONE", file]) as vim:
        vim.until("Vim's start", lambda: now().get("mode") == "n")
        vim.type("Go    return a")
        seen = vim.until("a suggestion", lambda: now().get("text") and now())
        assert seen["ghost"] > 0, seen
        assert seen["line"] == "    return a", seen
        print("suggested:", repr(seen["text"]))
        # Typed along: the rest of it stays.
        first = seen["text"][0]
        vim.type(first)
        rest = vim.until("the rest", lambda: now()["line"] == "    return a" + first and now()["text"] and now())
        want = rest["line"] + rest["text"]
        vim.type("\t")
        vim.until("the accepted line", lambda: now()["line"] == want.split("\n")[-1] or now()["line"] == want)
        vim.type(["\x1b"])
        vim.until("normal mode", lambda: now()["mode"] == "n" and not now()["text"] and not now()["ghost"])
        vim.type(":call writefile(split(artel#why(), '\\n'), 'why')\r")
        vim.until("the reason", lambda: "shown: " in read(os.path.join(home, "why")))
        # Tab is Tab where nothing is suggested; switched off, nothing is.
        vim.type(":Artel disable\ro")
        vim.type("\tx")
        vim.until("a plain Tab", lambda: now()["line"].lstrip(" ") in ("\tx", "x") and now()["line"] != "x")
        assert "silent" in now()["status"], now()
        vim.type(["\x1b"])
        vim.type(":w\r:qa!\r")
        vim.until("the end", lambda: vim.process.poll() is not None or True)
    saved = read(file)
    assert want.split("\n")[0] in saved.split("\n"), saved
print("1 passed, 0 failed")
