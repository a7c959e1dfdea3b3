# The JSON parser.
include(ArtelFindLibrary)
artel_find_library(cJSON cjson/cJSON.h cjson)
