# The reader of YAML. Linked into the program where the archive is there, so that a program carried to another
# machine needs no package for it.
include(ArtelFindLibrary)
artel_find_library(YAML yaml.h libyaml.a yaml)
