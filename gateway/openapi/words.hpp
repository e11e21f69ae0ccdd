#pragma once
#include "gateway/api/schema.hpp"

#include <string_view>

/// What the table of routes leaves to people: words for names and ways.
namespace tidemark::gateway {

/// A name in a path, a query or a body. It means the same on every route that has it.
struct Word {
  Member form;
  std::string_view says;
};
/// Null for a name that nobody has explained; a test finds it.
const Word* word_of(std::string_view name);

struct RouteText {
  std::string_view route; ///< its name
  std::string_view says;  ///< one sentence
  std::string_view needs; ///< of its query or body, what has to be there, a blank between them
};
/// Null likewise.
const RouteText* text_of_route(std::string_view route);

} // namespace tidemark::gateway
