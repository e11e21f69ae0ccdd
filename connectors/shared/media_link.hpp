#pragma once
#include "base/text/json_reader.hpp"
#include "events/intake.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidemark::connectors {

/// May a link that came in a message or call be handed to another system, which will fetch it or
/// show it to people (I23)? Only https to a public name or address: no user in it, no name without
/// a dot or of a local zone, no private, shared, link-local or reserved address in any of its
/// spellings. What a name leads to is not looked up: we never fetch a link, whoever is handed it
/// does, at another time and from another network.
bool is_public_link(std::string_view url);

struct MediaLinks {
  std::vector<std::string> usable;
  std::size_t left_out = 0;
};
MediaLinks public_links(const std::vector<std::string>& links);

/// Pictures and files as a body tells of them: links, or objects with one as `url` or `link`.
/// `left_out` are those whose own `content_type` or `size`, where it is stated, texts do not carry:
/// anything but pictures, sound, video, PDF, plain text, cards and calendars, or more than 20 MB.
MediaLinks stated_media(const json::Value& media);
/// What is said of a body with such media; nothing of the others.
void tell_left_out(const MediaLinks& media, std::vector<events::SkippedPart>& skipped);

} // namespace tidemark::connectors
