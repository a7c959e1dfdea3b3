# The reader of YAML. Makes the target YAML::YAML. Linked into the program where the archive is
# there, so that a program carried to another machine needs no package for it.
find_path(YAML_INCLUDE_DIR yaml.h)
find_library(YAML_LIBRARY NAMES libyaml.a yaml)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(YAML REQUIRED_VARS YAML_LIBRARY YAML_INCLUDE_DIR)
if(YAML_FOUND AND NOT TARGET YAML::YAML)
    add_library(YAML::YAML UNKNOWN IMPORTED)
    set_target_properties(YAML::YAML PROPERTIES IMPORTED_LOCATION ${YAML_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${YAML_INCLUDE_DIR})
endif()
mark_as_advanced(YAML_INCLUDE_DIR YAML_LIBRARY)
