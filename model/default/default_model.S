/* The bytes of the default model, aligned for the widest vector loads, in a read-only section: they are
 * paged in from the executable as they are touched, never copied. */
#if defined(__APPLE__)
#define NAME(x) _##x
    .section __TEXT,__const
#else
#define NAME(x) x
    .section .rodata
#endif

    .globl NAME(model__default_begin)
    .globl NAME(model__default_end)
    .p2align 6
NAME(model__default_begin):
    .incbin MODEL_DEFAULT_FILE
NAME(model__default_end):
    .byte 0

#if defined(__linux__)
    .section .note.GNU-stack,"",%progbits
#endif
