#include "domain/contacts/snapshot.hpp"

#include "domain/contacts/state.hpp"
#include "events/format/struct_codec.hpp"

namespace tidemark::domain {

std::string snapshot_of(const Contact& contact) {
  std::string out;
  events::codec::write_members(out, contact);
  return out;
}

std::optional<Contact> from_snapshot(std::string_view json) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  Contact contact;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS
      || !events::codec::read(root, contact))
    return std::nullopt;
  return contact;
}

} // namespace tidemark::domain
