# artel in Kakoune: suggestions in the list of completions, asked for when typing pauses. See README.md.
declare-option -docstring 'the program artel' str artel_program artel
declare-option -docstring 'extra options of "artel complete"' str artel_options ''
declare-option -hidden completions artel_completions
declare-option -hidden str artel_tmp

define-command -hidden artel-suggest %{
    evaluate-commands -draft -save-regs '' %{
        set-option buffer artel_tmp %sh{ mktemp -d "${TMPDIR:-/tmp}/artel.XXXXXX" }
        evaluate-commands %sh{
            # A name with the buffer's ending: it says which language this is.
            name=$(basename -- "$kak_buffile")
            printf 'set-option buffer artel_tmp "%s/%s"\n' "$kak_opt_artel_tmp" "$(printf %s "$name" | tr -c 'A-Za-z0-9._-' _)"
        }
        evaluate-commands -no-hooks %{ write -force %opt{artel_tmp} }
    }
    nop %sh{
        {
            json=$("$kak_opt_artel_program" complete --json $kak_opt_artel_options "$kak_opt_artel_tmp:$kak_cursor_line:$kak_cursor_char_column" 2>/dev/null)
            rm -rf "${kak_opt_artel_tmp%/*}"
            number() { printf '%s\n' "$json" | sed -n "s/.*\"$1\":[^0-9]*\([0-9][0-9]*\).*/\1/p" | head -n 1; }
            mark=$(printf '\001')
            text=$(printf '%s\n' "$json" | sed -n 's/^[[:space:]]*"text":[[:space:]]*"\(.*\)",$/\1/p' | head -n 1 |
                sed -e "s/\\\\\\\\/$mark/g" -e 's/\\n/\n/g' -e 's/\\t/\t/g' -e 's/\\"/"/g' -e "s/$mark/\\\\/g")
            [ -n "$text" ] || exit 0
            # What the editor has closed behind the cursor is replaced, not doubled.
            begin=$(number beginByte) cursor=$(number cursorByte)
            column=$((kak_cursor_column - (cursor - begin))) covered=$(($(number endByte) - begin))
            # In the list's own quoting: backslash before backslash and bar, then Kakoune's '' for a quote.
            item=$(printf %s "$text" | sed -e 's/[\\|]/\\&/g' -e "s/'/''/g")
            label=$(printf %s "$text" | head -n 1 | sed -e 's/[\\|\x7b]/\\&/g' -e "s/'/''/g")
            printf "evaluate-commands -client %s %%[ set-option 'buffer=%s' artel_completions '%s.%s+%s@%s' '%s||%s {MenuInfo}artel' ]\n" \
                "$kak_client" "$kak_bufname" "$kak_cursor_line" "$column" "$covered" "$kak_timestamp" "$item" "$label" |
                kak -p "$kak_session"
        } >/dev/null 2>&1 </dev/null &
    }
}

define-command artel-enable -docstring 'suggest code while typing pauses' %{
    set-option global completers option=artel_completions %opt{completers}
    hook -group artel global InsertIdle .* %{ try %{ artel-suggest } }
}

define-command artel-disable -docstring 'suggest nothing more' %{
    remove-hooks global artel
    set-option -remove global completers option=artel_completions
}
