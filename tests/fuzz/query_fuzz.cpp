#include "connectors/shared/outbound.hpp"
#include "gateway/http/target.hpp"
#include "tests/fuzz/input.hpp"

// The path and query of a request: what is read can be written and read again, and nothing comes
// out that could be taken for another path or line.
namespace tidemark::fuzz {
namespace {

bool is_plain(std::string_view text) {
  for (const char c : text)
    if ((static_cast<unsigned char>(c) < 0x20) || c == 0x7F)
      return false;
  return true;
}

} // namespace

void check(Input& input) {
  const auto text = input.text();
  const auto target = gateway::parse_target(text);
  if (const auto decoded = gateway::percent_decoded(text))
    require(gateway::percent_decoded(connectors::url_encoded(*decoded)) == decoded,
            "escaping and unescaping gives another text");
  if (!target)
    return;
  std::string again = "/";
  for (const auto& segment : target->segments) {
    require(!segment.empty() && segment != "." && segment != ".." && is_plain(segment),
            "a segment that means something else");
    again += (again.size() > 1 ? "/" : "") + connectors::url_encoded(segment);
  }
  char before = '?';
  for (const auto& [name, value] : target->query) {
    require(!name.empty() && is_plain(name) && is_plain(value), "a query member that is no text");
    again += before + connectors::url_encoded(name) + "=" + connectors::url_encoded(value);
    before = '&';
    require(target->get(name) == value, "a member that is not found");
  }
  const auto back = gateway::parse_target(again);
  // "." and ".." are escaped as themselves, so a segment of them cannot come back; there is none.
  require(back && back->segments == target->segments && back->query == target->query,
          "written again it means something else");
}

} // namespace tidemark::fuzz
