# artel_embed(OUT NAME ROOT FILES file... COMMENT text): compiles FILES in, by ./embed.cmake of the folder that calls, which reads
# ROOT and writes the C file NAME; its path is in OUT.
function(artel_embed out name root)
    cmake_parse_arguments(PARSE_ARGV 3 arg "" "COMMENT" "FILES")
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${name})
    add_custom_command(OUTPUT ${file}
        COMMAND ${CMAKE_COMMAND} -DROOT=${root} -DOUT=${file} -P ${CMAKE_CURRENT_SOURCE_DIR}/embed.cmake
        DEPENDS ${arg_FILES} ${CMAKE_CURRENT_SOURCE_DIR}/embed.cmake ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        COMMENT ${arg_COMMENT} VERBATIM)
    set(${out} ${file} PARENT_SCOPE)
endfunction()
