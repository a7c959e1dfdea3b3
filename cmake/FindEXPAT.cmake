# The reader of XML. Makes the target EXPAT::EXPAT. Linked into the program where the archive is
# there, so that a program carried to another machine needs no package for it.
find_path(EXPAT_INCLUDE_DIR expat.h)
find_library(EXPAT_LIBRARY NAMES libexpat.a expat)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(EXPAT REQUIRED_VARS EXPAT_LIBRARY EXPAT_INCLUDE_DIR)
if(EXPAT_FOUND AND NOT TARGET EXPAT::EXPAT)
    add_library(EXPAT::EXPAT UNKNOWN IMPORTED)
    set_target_properties(EXPAT::EXPAT PROPERTIES IMPORTED_LOCATION ${EXPAT_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${EXPAT_INCLUDE_DIR})
endif()
mark_as_advanced(EXPAT_INCLUDE_DIR EXPAT_LIBRARY)
