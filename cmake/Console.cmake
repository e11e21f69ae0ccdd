# tidemark_console(target): the files of web/dist become part of the target. Their names hold the hash of
# what is in them, and a hash stands in the source that includes them: so no stale one stays in a program.
function(tidemark_console target)
  set(table "")
  set(sections "")
  if(TIDEMARK_WEB)
    file(GLOB assets CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/dist/*)
    if(NOT assets)
      message(FATAL_ERROR "web/dist is empty: run `npm ci --ignore-scripts && npm run build` in web/, "
                          "or configure with -DTIDEMARK_WEB=OFF")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${assets})
  endif()
  set(number 0)
  set(declared "")
  foreach(asset IN LISTS assets)
    cmake_path(GET asset FILENAME name)
    file(SHA256 ${asset} hash)
    set(symbol "tidemark_console_${number}")
    string(APPEND sections "/* ${hash} */\n.global ${symbol}\n${symbol}:\n.incbin \"${asset}\"\n"
                           ".global ${symbol}_end\n${symbol}_end:\n.byte 0\n")
    string(APPEND declared "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND table "      {\"${name}\", \"${hash}\", {${symbol}, ${symbol}_end}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  set(folder ${CMAKE_BINARY_DIR}/console)
  file(CONFIGURE OUTPUT ${folder}/console_files.s @ONLY CONTENT
       ".section .rodata\n@sections@.section .note.GNU-stack,\"\",@progbits\n")
  file(CONFIGURE OUTPUT ${folder}/console_assets.cpp @ONLY CONTENT
       "#include \"gateway/console/assets.hpp\"

#include <vector>

@declared@
namespace tidemark::gateway {

std::span<const ConsoleAsset> console_assets() {
  static const std::vector<ConsoleAsset> all{
@table@  };
  return all;
}

} // namespace tidemark::gateway
")
  set_source_files_properties(${folder}/console_assets.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE ${folder}/console_assets.cpp ${folder}/console_files.s)
endfunction()
