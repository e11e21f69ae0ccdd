#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::connectors {

/// May a link that came in a message or call be handed to another system, which will fetch it or
/// show it to people (I23)? Only https to a public name or address: no user in it, no name without
/// a dot or of a local zone, no private, shared, link-local or reserved address in any of its
/// spellings. What a name leads to is not looked up.
bool is_public_link(std::string_view url);

struct MediaLinks {
  std::vector<std::string> usable;
  std::size_t left_out = 0;
};
MediaLinks public_links(const std::vector<std::string>& links);

} // namespace tidemark::connectors
