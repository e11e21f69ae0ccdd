#include "events/format/stream_name.hpp"

namespace tidemark::events {
namespace {

constexpr std::string_view contact_streams = "contact/";
constexpr std::string_view delivery_streams = "delivery/"; // then the target, "/", the contact

} // namespace

std::string_view contact_in(std::string_view stream) {
  return stream.starts_with(contact_streams) ? stream.substr(contact_streams.size())
                                             : std::string_view{};
}

std::string_view contact_behind(std::string_view stream) {
  return stream.starts_with(delivery_streams) ? stream.substr(stream.rfind('/') + 1)
                                              : contact_in(stream);
}

std::string_view target_in(std::string_view stream) {
  if (!stream.starts_with(delivery_streams))
    return {};
  return stream.substr(delivery_streams.size(), stream.rfind('/') - delivery_streams.size());
}

} // namespace tidemark::events
