# The reader of XML. Linked into the program where the archive is there, so that a program carried to another
# machine needs no package for it.
include(ArtelFindLibrary)
artel_find_library(EXPAT expat.h libexpat.a expat)
