# One static library per folder. Include paths are the project root, so that a header is named by its
# folder ("base/str.h"); what may be included is what the link graph allows (tests/tidy checks it).

add_library(artel_warnings INTERFACE)
target_compile_options(artel_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
    $<$<BOOL:${ARTEL_WERROR}>:-Werror>)

add_library(artel_build INTERFACE)
target_compile_definitions(artel_build INTERFACE _XOPEN_SOURCE=700)
if(ARTEL_SANITIZE)
    target_compile_options(artel_build INTERFACE
        -fsanitize=${ARTEL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(artel_build INTERFACE -fsanitize=${ARTEL_SANITIZE})
    if(ARTEL_SANITIZE MATCHES "address")
        target_compile_definitions(artel_build INTERFACE ARTEL_ARENA_DEBUG)
    endif()
endif()
if(ARTEL_FUZZ)
    target_compile_options(artel_build INTERFACE -fsanitize=fuzzer-no-link)
endif()

# artel_layer(TARGET): warnings, sanitizers and the include root for one of our own targets.
function(artel_layer target)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} PRIVATE artel_warnings PUBLIC artel_build)
endfunction()
