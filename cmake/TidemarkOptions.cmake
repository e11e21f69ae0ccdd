# Flags and helper functions that every target of the project shares.
add_compile_options(-Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Wold-style-cast
                    -Wcast-qual -Woverloaded-virtual -Wdouble-promotion -Werror)
add_compile_options(-fstack-protector-strong -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wshadow=local) # clang knows no such thing
  # gcc 12 reports false positives of these through inlined libstdc++ code at -O2.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-dangling-pointer)
endif()
if(CMAKE_BUILD_TYPE MATCHES "Release|RelWithDebInfo")
  add_compile_options(-D_FORTIFY_SOURCE=3)
  add_link_options(-Wl,-z,relro,-z,now)
endif()
# Assertions guard stored data, so they stay on in release builds.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
if(TIDEMARK_SANITIZE)
  # CAF's headers bind references to null on purpose.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,vptr -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(TIDEMARK_FUZZ)
  # Coverage everywhere; the targets themselves link libFuzzer's main besides.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(TIDEMARK_PLANTED)
  # Deliberate faults (base/injected_bug.hpp), for tests/simulation/planted.py only.
  add_compile_definitions(TIDEMARK_PLANTED)
endif()
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Sloppy only as far as its manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# tidemark_library(name [DIRECTORY dir] [EXCLUDE regex...] [PUBLIC libs...] [PRIVATE libs...]): the .cpp files
# below that folder.
function(tidemark_library name)
  cmake_parse_arguments(ARG "" "DIRECTORY" "EXCLUDE;PUBLIC;PRIVATE" ${ARGN})
  if(NOT ARG_DIRECTORY)
    set(ARG_DIRECTORY ${name})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_DIRECTORY}/*.cpp)
  foreach(excluded IN LISTS ARG_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${CMAKE_SOURCE_DIR}/${ARG_DIRECTORY}/${excluded}")
  endforeach()
  if(NOT sources)
    add_library(tidemark_${name} INTERFACE)
    target_include_directories(tidemark_${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(tidemark_${name} INTERFACE ${ARG_PUBLIC} ${ARG_PRIVATE})
    return()
  endif()
  add_library(tidemark_${name} STATIC ${sources})
  target_include_directories(tidemark_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(tidemark_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# tidemark_program(name MAIN file LIBRARIES libs...)
function(tidemark_program name)
  cmake_parse_arguments(ARG "" "MAIN" "LIBRARIES" ${ARGN})
  add_executable(${name} ${CMAKE_SOURCE_DIR}/${ARG_MAIN})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()
