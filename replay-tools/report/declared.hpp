#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace tidemark::tools {

/// How a member must look to be let into a report.
enum class Form : std::uint8_t {
  number,
  flag,
  presence, ///< whatever it is: only whether there is something
  time,     ///< RFC 3339
  word,     ///< of the program's own: small letters, fewer than five digits
  name,     ///< of a tenant or connector, as the configuration allows it, likewise
  version,
  object,
  list, ///< of objects
  map   ///< of objects, by name
};

struct Declared {
  std::string_view name;
  Form form = Form::word;
  std::span<const Declared> of{};
};

struct Kept {
  nlohmann::ordered_json value;
  std::size_t left_out = 0; ///< members that are not declared, or do not look as declared
};

/// What is declared of an object, in that order.
Kept only_declared(const nlohmann::ordered_json& object, std::span<const Declared> members);

bool is_word(std::string_view text);
bool is_name(std::string_view text);

} // namespace tidemark::tools
