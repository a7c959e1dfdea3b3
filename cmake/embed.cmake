# embed(OUT SYMBOL FILE): appends "const char SYMBOL[] = {...};" with the bytes of FILE and a 0 to the variable OUT.
# Characters rather than a string literal: C11 promises literals of 4095 characters only.
function(embed out symbol file)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
    string(REGEX REPLACE "('.x0a',)" "\\1\n" bytes "${bytes}")
    set(${out} "${${out}}const char ${symbol}[] = {${bytes}0};\n" PARENT_SCOPE)
endfunction()
